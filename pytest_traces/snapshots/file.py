"""One `.trace` file per test: a version line, then sections of text a reviewer can read."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path

from pytest_traces.errors import CorruptFile

VERSION = 1
_FIRST_LINE = re.compile(r"# pytest-traces snapshot v(\d+)")
_HEADER = "=== "


def load(path: Path) -> dict[str, str]:
    """Return the sections of a file by name; a file that is not there has none.

    Raises `CorruptFile` with the line where it cannot be read. Nothing is changed.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}
    except UnicodeDecodeError as error:
        raise _corrupt(path, 1, f"is not text: {error}") from None
    lines = text.splitlines()
    _check_version(path, lines[0] if lines else "")
    return _sections(path, lines)


def save(path: Path, sections: Mapping[str, str]) -> None:
    """Write sections, sorted by name, in one step; without any the file goes."""
    if not sections:
        path.unlink(missing_ok=True)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = [f"# pytest-traces snapshot v{VERSION}"]
    for name in sorted(sections):
        rows.append(f"{_HEADER}{name}")
        rows.extend(_escaped(line) for line in sections[name].split("\n"))
        rows.append("")
    aside = path.with_name(f".{path.name}.{os.getpid()}")  # dotted: other workers' discovery passes over it
    aside.write_text("\n".join(rows), encoding="utf-8", newline="\n")
    aside.replace(path)


def _check_version(path: Path, line: str) -> None:
    found = _FIRST_LINE.fullmatch(line)
    if found is None:
        raise _corrupt(path, 1, f"expected '# pytest-traces snapshot v{VERSION}', got {line[:60]!r}")
    if int(found[1]) > VERSION:
        raise CorruptFile(f"{path}: written by a newer pytest-traces (format v{found[1]}, this one reads v{VERSION})")


def _sections(path: Path, lines: list[str]) -> dict[str, str]:
    sections: dict[str, list[str]] = {}
    body: list[str] | None = None
    for number, line in enumerate(lines[1:], 2):
        if line.startswith(("<<<<<<< ", ">>>>>>> ")):
            raise _corrupt(path, number, "has an unresolved merge conflict")
        if line.startswith(_HEADER):
            name = line[len(_HEADER) :]
            if name in sections:
                raise _corrupt(path, number, f"holds {name!r} twice")
            body = sections[name] = []
        elif body is not None:
            body.append(line.removeprefix("\\"))
        elif line:
            raise _corrupt(path, number, "expected a section that begins with '=== '")
    return {name: "\n".join(body).rstrip("\n") for name, body in sections.items()}


def _escaped(line: str) -> str:
    return f"\\{line}" if line.startswith(("\\", "===", "<<<<<<< ", ">>>>>>> ")) else line


def _corrupt(path: Path, line: int, what: str) -> CorruptFile:
    return CorruptFile(
        f"{path}:{line}: {what}; restore the file from version control, or rewrite it with --snapshot-update"
    )

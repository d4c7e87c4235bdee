"""One `.trace` file per test: a version line, then sections of text a reviewer can read."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pytest_traces.errors import CorruptFile, TracesError
from pytest_traces.files import replace_file

VERSION = 1
_FIRST_LINE = re.compile(r"# pytest-traces snapshot v(\d+)(.*)")
_HEADER = "=== "
_OPTIONS = "--- "
_SYNTAX = ("\\", "===", "---", "<<<<<<< ", ">>>>>>> ")  # what a line of text may begin with only when escaped


class KeptFile(CorruptFile):
    """A file that is not even rewritten by `--snapshot-update`: nobody knows what would be lost."""


@dataclass(frozen=True)
class Section:
    """One committed text, and how it was asked for."""

    text: str
    options: Mapping[str, Any] = field(default_factory=dict)
    """What the assertion was given, as JSON; empty for most."""


def normal(text: str) -> str:
    """Return a text as a file gives it back: no carriage returns, no lone surrogates, no empty lines at its end."""
    return text.replace("\r", "\\r").rstrip("\n").encode(errors="backslashreplace").decode()


def load(path: Path) -> dict[str, Section]:
    """Return the sections of a file by name; a file that is not there has none.

    Raises `CorruptFile` with the line where it cannot be read: a `KeptFile` where it may be in order for somebody else.
    Nothing is changed.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        return {}
    except UnicodeDecodeError as error:
        raise _corrupt(path, 1, f"is not text: {error}") from None
    except OSError as error:
        raise KeptFile(f"{path}: can't be read: {error.strerror}") from None
    lines = text.replace("\r\n", "\n").split("\n")
    _check_version(path, lines[0])
    return _sections(path, lines)


def save(path: Path, sections: Mapping[str, Section]) -> None:
    """Write sections, sorted by name, in one step; without any the file goes.

    Raises `TracesError` where that can't be done; what was there stays.
    """
    try:
        if sections:
            replace_file(path, _drawn(sections))
        else:
            path.unlink(missing_ok=True)
    except OSError as error:
        raise TracesError(f"{path}: can't be written: {error.strerror}") from None


def _drawn(sections: Mapping[str, Section]) -> str:
    rows = [f"# pytest-traces snapshot v{VERSION}"]
    for name, section in sorted(sections.items()):
        rows.append(f"{_HEADER}{name}")
        if section.options:
            rows.append(_OPTIONS + json.dumps(section.options, sort_keys=True, ensure_ascii=False))
        rows.extend(_escaped(line) for line in section.text.split("\n"))
        rows.append("")
    return "\n".join(rows)


def _check_version(path: Path, line: str) -> None:
    found = _FIRST_LINE.fullmatch(line)
    if found is not None and int(found[1]) > VERSION:
        raise KeptFile(f"{path}:1: written by a newer pytest-traces (format v{found[1]}, this one reads v{VERSION})")
    if found is None or found[2]:
        raise _corrupt(path, 1, f"expected '# pytest-traces snapshot v{VERSION}', got {line[:60]!r}")


def _sections(path: Path, lines: list[str]) -> dict[str, Section]:
    bodies: dict[str, list[str]] = {}
    options: dict[str, Mapping[str, Any]] = {}
    name: str | None = None
    for number, line in enumerate(lines[1:], 2):
        if line.startswith(("<<<<<<< ", ">>>>>>> ")):
            raise _corrupt(path, number, "has an unresolved merge conflict")
        if line.startswith(_HEADER):
            name = line.removeprefix(_HEADER)
            if name in bodies:
                raise _corrupt(path, number, f"holds {name!r} twice")
            bodies[name] = []
        elif name is None:
            if line:
                raise _corrupt(path, number, "expected a section that begins with '=== '")
        elif line.startswith(_OPTIONS) and not bodies[name]:
            options[name] = _read_options(path, number, line.removeprefix(_OPTIONS))
        else:
            bodies[name].append(line.removeprefix("\\"))
    return {name: Section("\n".join(body).rstrip("\n"), options.get(name, {})) for name, body in bodies.items()}


def _read_options(path: Path, number: int, text: str) -> Mapping[str, Any]:
    try:
        options = json.loads(text)
    except ValueError as error:
        raise _corrupt(path, number, f"expected options as JSON: {error}") from None
    if not isinstance(options, dict):
        raise _corrupt(path, number, f"expected options as a JSON object, got {text[:60]!r}")
    return options


def _escaped(line: str) -> str:
    return f"\\{line}" if line.startswith(_SYNTAX) else line


def _corrupt(path: Path, line: int, what: str) -> CorruptFile:
    return CorruptFile(
        f"{path}:{line}: {what}; restore the file from version control, or rewrite it with --snapshot-update"
    )

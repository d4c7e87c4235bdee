"""One `.trace` file per test: a version line, then sections of readable text."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pytest_traces.errors import CorruptFile, TracesError
from pytest_traces.files import replace_file

DIRECTORY = "__traces__"
"""The directory beside the tests that holds their files, in a directory for each module."""
VERSION = 2
"""The version of the format. In the first one each span was one line, and texts were cut at 120 characters."""

_FIRST_LINE = re.compile(r"# pytest-traces snapshot v(\d+)(.*)")
_HEADER = "=== "
_OPTIONS = "--- "
_WIDTH = 100  # columns of options on one line
_SYNTAX = ("\\", "===", "---", "<<<<<<< ", ">>>>>>> ")  # a line of text that begins with one of these is escaped


class KeptFile(CorruptFile):
    """A file that `--snapshot-update` does not rewrite, because its content is unknown."""


@dataclass(frozen=True)
class Section:
    """One committed text, and the options of its assertion."""

    text: str
    options: Mapping[str, Any] = field(default_factory=dict)
    """The options of the assertion, as JSON; most have none."""
    version: int = VERSION
    """The version of the format of the text."""


def normal(text: str) -> str:
    """Return a text as a file returns it: no carriage returns, lone surrogates or empty lines at its end."""
    return text.replace("\r", "\\r").rstrip("\n").encode(errors="backslashreplace").decode()


def load(path: Path) -> dict[str, Section]:
    """Return the sections of a file by name; a file that exists neither here nor at its earlier place has none.

    Raises `CorruptFile` with the line that cannot be read; `KeptFile` if another version may be able to read it.
    Nothing is changed.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        earlier = _earlier_place(path)
        return {} if earlier is None or not earlier.exists() else load(earlier)
    except UnicodeDecodeError as error:
        raise _corrupt(path, 1, f"is not text: {error}") from None
    except OSError as error:
        raise KeptFile(f"{path}: can't be read: {error.strerror}") from None
    lines = text.replace("\r\n", "\n").split("\n")
    return _sections(path, lines, _check_version(path, lines[0]))


def save(path: Path, sections: Mapping[str, Section]) -> None:
    """Write sections, sorted by name, in one step; without sections the file, and one at its earlier place, is deleted.

    Raises `TracesError` if that fails; the file is then unchanged.
    """
    try:
        if sections:
            replace_file(path, _drawn(sections))
        else:
            path.unlink(missing_ok=True)
        earlier = _earlier_place(path)
        if earlier is not None and earlier.exists():
            earlier.unlink()
            with suppress(OSError):  # other files lie beside it
                earlier.parent.rmdir()
    except OSError as error:
        raise TracesError(f"{path}: can't be written: {error.strerror}") from None


def _earlier_place(path: Path) -> Path | None:
    """Return the place of a test's file before such files had a directory of their own."""
    above = path.parents
    is_ours = len(above) > 2 and above[1].name == DIRECTORY
    return above[2] / "__snapshots__" / above[0].name / path.name if is_ours else None


def _drawn(sections: Mapping[str, Section]) -> str:
    rows = [f"# pytest-traces snapshot v{VERSION}"]
    for name, section in sorted(sections.items()):
        rows.append(f"{_HEADER}{name}")
        rows.extend(_OPTIONS + line for line in _drawn_options(section))
        rows.extend(_escaped(line) for line in section.text.split("\n"))
        rows.append("")
    return "\n".join(rows)


def _drawn_options(section: Section) -> list[str]:
    """Write options on one line, or on one line each; a text of an older version keeps that version."""
    options = dict(section.options)
    if section.version != VERSION:
        options["version"] = section.version
    whole = json.dumps(options, sort_keys=True, ensure_ascii=False)
    if len(whole) > _WIDTH:
        whole = json.dumps(options, sort_keys=True, ensure_ascii=False, indent=1)
    return whole.split("\n") if options else []


def _check_version(path: Path, line: str) -> int:
    found = _FIRST_LINE.fullmatch(line)
    if found is not None and int(found[1]) > VERSION:
        raise KeptFile(f"{path}:1: written by a newer pytest-traces (format v{found[1]}, this one reads v{VERSION})")
    if found is None or found[2]:
        raise _corrupt(path, 1, f"expected '# pytest-traces snapshot v{VERSION}', got {line[:60]!r}")
    return int(found[1])


def _sections(path: Path, lines: list[str], version: int) -> dict[str, Section]:
    bodies: dict[str, list[str]] = {}
    options: dict[str, list[tuple[int, str]]] = defaultdict(list)
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
            options[name].append((number, line.removeprefix(_OPTIONS)))
        else:
            bodies[name].append(line.removeprefix("\\"))
    read = {name: _read_options(path, options[name]) for name in bodies}
    return {
        name: Section("\n".join(body).rstrip("\n"), read[name], read[name].pop("version", version))
        for name, body in bodies.items()
    }


def _read_options(path: Path, lines: Sequence[tuple[int, str]]) -> dict[str, Any]:
    if not lines:
        return {}
    number, text = lines[0][0], "\n".join(line for _, line in lines)
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

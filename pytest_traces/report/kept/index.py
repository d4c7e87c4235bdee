"""The index of kept traces: a JSON line for each file, in the order in which the tests ended."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, TypedDict

from pytest_traces.files import json_line

INDEX = "index.jsonl"


class KeptTrace(TypedDict):
    """One line of the index."""

    nodeid: str
    attempt: int
    """1 for the first run; reruns count up."""
    outcome: str
    """`passed` or `failed`."""
    recorded_by: str
    """The owner of the trace: the test itself, or a fixture or test that called `record()`."""
    file: str
    """The path of the trace, below the directory of the index."""


def start_index(directory: Path) -> None:
    """Delete the files of the last run, and no others; raises `OSError` if that fails."""
    for file in _files(directory):
        path = (directory / file).resolve()
        if path.suffix == ".jsonl" and path.is_relative_to(directory.resolve()):
            path.unlink(missing_ok=True)
    (directory / INDEX).unlink(missing_ok=True)


def add_to_index(directory: Path, kept: Iterable[KeptTrace]) -> None:
    """Add lines at once, so that a killed session leaves an index of all earlier tests."""
    directory.mkdir(parents=True, exist_ok=True)
    with (directory / INDEX).open("a", encoding="utf-8") as index:
        index.write("".join(f"{json_line(one)}\n" for one in kept))


def is_foreign(directory: Path) -> bool:
    """Whether the directory holds an index of another tool, which must not be deleted."""
    rows = list(_rows(directory))
    return bool(rows) and not any(map(_is_ours, rows))


def _files(directory: Path) -> Iterator[str]:
    """Yield the files that an index lists; a row of another tool is none of ours."""
    return (row["file"] for row in _rows(directory) if _is_ours(row))


def _is_ours(row: Any) -> bool:
    return isinstance(row, dict) and row.keys() >= KeptTrace.__required_keys__ and isinstance(row["file"], str)


def _rows(directory: Path) -> Iterator[Any]:
    try:
        text = (directory / INDEX).read_text(encoding="utf-8", errors="replace")
    except (FileNotFoundError, NotADirectoryError):
        return
    for line in text.split("\n"):  # not `splitlines`: a name may hold U+2028
        with suppress(ValueError):  # a killed session wrote a part of the line
            yield json.loads(line)

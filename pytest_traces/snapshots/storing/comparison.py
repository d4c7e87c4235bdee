"""One comparison of a test with its committed snapshot."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from types import CodeType
from typing import NamedTuple

from pytest_traces.snapshots.text.file import Section


class Call(NamedTuple):
    """The line where a test calls an assertion."""

    code: CodeType
    line: int
    end_line: int
    column: int
    end_column: int

    @classmethod
    def of_the_user(cls) -> Call:
        """Return the innermost call in code of the user."""
        ours = __name__.partition(".")[0]
        frame = sys._getframe(1)
        while frame.f_back is not None and frame.f_globals.get("__name__", "").partition(".")[0] == ours:
            frame = frame.f_back
        code, line = frame.f_code, frame.f_lineno
        found = next(islice(code.co_positions(), frame.f_lasti // 2, None))
        return cls(code, found[0] or line, found[1] or line, found[2] or 0, found[3] or 0)

    def __str__(self) -> str:
        return f"{Path(self.code.co_filename).name}:{self.line}"


@dataclass(frozen=True)
class Asked:
    """A request of a test: its options, the received text, and the section for it."""

    kind: str
    """`span_tree`, `events` or `usage`."""
    index: str
    """The kind, with a name or number that is unique in the test: `usage:late`, `events.2`."""
    path: Path
    section: str
    received: Section
    stored: Section | None
    compared: str
    """The received text, in the format version of the stored one."""
    turn: int = 0
    """Its number among the executions of syrupy's assertion."""

    @property
    def words(self) -> str:
        """Its name within the test, as in `span tree:masked`."""
        return f"{self.kind.replace('_', ' ')}{self.index.removeprefix(self.kind)}"

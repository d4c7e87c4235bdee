"""One comparison of a test with what is committed."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from types import CodeType
from typing import NamedTuple

from pytest_traces.snapshots.text.file import Section


class Call(NamedTuple):
    """Where a test calls an assertion."""

    code: CodeType
    line: int
    end_line: int
    column: int
    end_column: int

    @classmethod
    def of_the_user(cls) -> Call:
        """Return the innermost call that stands in code of the user."""
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
    """What a test asked for, what it got, and where that belongs."""

    kind: str
    """`span_tree`, `events` or `usage`."""
    index: str
    """The kind, and what tells it from others of its test: `usage:late`, `events.2`."""
    path: Path
    section: str
    received: Section
    stored: Section | None
    compared: str
    """What was received, in the form of what is stored."""
    turn: int = 0
    """Its number among the executions of syrupy's assertion."""

    @property
    def words(self) -> str:
        """Its name within the test, as in `span tree:masked`."""
        return f"{self.kind.replace('_', ' ')}{self.index.removeprefix(self.kind)}"

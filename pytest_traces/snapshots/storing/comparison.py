"""One comparison of a test with what is committed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pytest_traces.snapshots.text.file import Section


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

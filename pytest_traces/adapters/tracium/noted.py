"""What programs tell Tracium that Tracium does not keep."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

from pytest_traces.runtime.recording.entering import step_in, step_out
from pytest_traces.runtime.recording.place import Outside, Place
from pytest_traces.runtime.recording.recorder import Record


class Noted:
    """The record of a trace or span, and what was said about it."""

    def __init__(self) -> None:
        self.record: Record | None = None
        self.metadata: dict[str, Any] = {}
        self.message: str | None = None
        """Why the program marked it as failed."""
        self.cause: BaseException | None = None
        """What was being handled when it did."""
        self._before: Place | Outside | None = None
        self._surrounding = sys.exception()

    def add_metadata(self, metadata: Any) -> None:
        """Keep what the SDK takes and drops."""
        if isinstance(metadata, Mapping):
            self.metadata.update(metadata)

    def note_failure(self, message: Any) -> None:
        """Remember what the program says, and the exception it handles unless all of this runs in its handler."""
        handled = sys.exception()
        self.message = str(message)
        self.cause = None if handled is self._surrounding else handled

    def enter(self, record: Record) -> None:
        """Stand in the span."""
        self.record = record
        self._before = step_in(record)

    def leave(self) -> None:
        """Stand where the code stood before."""
        if self.record is not None and self._before is not None:
            step_out(self.record, self._before)
            self._before = None

"""What programs tell Tracium about a trace or a span that Tracium does not keep."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

from pytest_traces.adapters.toolkit.span import OpenSpan


class Remarks:
    """The span of a trace or of a span of Tracium's, and what was said about it."""

    def __init__(self, silent: OpenSpan) -> None:
        self.span = silent
        self.metadata: dict[str, Any] = {}
        self.message: str | None = None
        """Why the program marked it as failed."""
        self.cause: BaseException | None = None
        """What was being handled when it did."""
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

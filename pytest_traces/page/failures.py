"""What a test failed with, as the page shows it beside the tree."""

from __future__ import annotations

from typing import Any

from pytest_traces.errors import ExpectationError
from pytest_traces.redaction import redact


def failure(error: BaseException | None, *, phase: str, message: str, where: str, traceback: str) -> dict[str, Any]:
    """Return a failure as plain data: its text, where it was raised, and the call ids of the spans it speaks of."""
    return {
        "phase": phase,
        "message": redact.lines(message),
        "where": where,
        "traceback": redact.lines(traceback),
        "spans": list(error.spans) if isinstance(error, ExpectationError) else [],
    }

"""The failure of a test as data of the page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from pytest_traces.errors import ExpectationError
from pytest_traces.model.span import SpanData
from pytest_traces.page.comparison import side_by_side
from pytest_traces.redaction.masking import redact


@dataclass(frozen=True)
class Mismatch:
    """A snapshot that differs from the committed one."""

    title: str
    """The name of the snapshot, as in `span_tree`."""
    headline: str
    """The number of edits."""
    stored: str
    received: str


def failure(
    phase: str,
    message: str,
    *,
    where: str = "",
    output: str = "",
    spans: Sequence[str] = (),
    of: Sequence[Mismatch] = (),
) -> dict[str, Any]:
    """Return a failure as plain data.

    `where`: the line that raised; `output`: pytest's whole text; `spans`: call ids in the message; `of`: snapshots.
    """
    return {
        "phase": phase,
        "message": redact.lines(message.removeprefix("pytest_traces.")),
        "where": where,
        "output": redact.lines(output),
        "spans": list(spans),
        "snapshots": [_snapshot(mismatch) for mismatch in of],
    }


def spoken_of(error: BaseException | None, message: str, spans: Iterable[SpanData]) -> list[str]:
    """Return the call ids of the spans that a failure marks, or whose repr is in its message."""
    pointed_out = list(error.spans) if isinstance(error, ExpectationError) else []
    if pointed_out or "<" not in message:
        return pointed_out
    return [span.call_id for span in spans if repr(span) in message]


def _snapshot(mismatch: Mismatch) -> dict[str, Any]:
    rows = side_by_side(redact.lines(mismatch.stored), redact.lines(mismatch.received))
    return {"title": mismatch.title, "headline": mismatch.headline, "rows": rows}

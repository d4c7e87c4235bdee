"""The statuses of spans and traces, and which of them are failures."""

from __future__ import annotations

from typing import ClassVar, Literal, cast, get_args

from pytest_traces.errors import UnknownCondition

Status = Literal["running", "success", "error", "cancelled", "timeout", "blocked"]
"""The status of a span: `running` until it ends."""

STATUSES: tuple[Status, ...] = get_args(Status)

FAILED: frozenset[Status] = frozenset({"error", "timeout", "blocked"})
"""Failed statuses: the span raised, took too long, or was refused. Such a span can be retried."""

INTERRUPTED: frozenset[Status] = frozenset({"running", "cancelled"})
"""Statuses of spans that were cut off or have not ended: their outcome is unknown."""

TraceStatus = Literal["running", "success", "warning", "failed"]
"""`failed`: a run failed or was cancelled; `running`: one has not ended; `warning`: one retried."""


class _Word(str):
    """A word of a closed list; a comparison with any other word raises, because `!=` would always hold."""

    __slots__ = ()

    what: ClassVar[str]
    known: ClassVar[frozenset[str]]

    def __eq__(self, other: object) -> bool:
        return str.__eq__(self, self._require(other))

    def __ne__(self, other: object) -> bool:
        return str.__ne__(self, self._require(other))

    __hash__ = str.__hash__

    def __contains__(self, part: object) -> bool:
        if isinstance(part, str) and part.isspace():  # serializers search it for line breaks
            return str.__contains__(self, part)
        return self == part

    def _require(self, other: object) -> object:
        if isinstance(other, str) and len(other) and str(other) not in self.known:  # an empty text is no misspelt word
            raise UnknownCondition(self.what, str(other), self.known)
        return other


class _SpanStatus(_Word):
    __slots__ = ()
    what, known = "status of a span", frozenset(STATUSES)


class _TraceStatus(_Word):
    __slots__ = ()
    what, known = "status of a trace", frozenset(get_args(TraceStatus))


_SPANS = {str(word): cast(Status, _SpanStatus(word)) for word in STATUSES}
_TRACES = {str(word): cast(TraceStatus, _TraceStatus(word)) for word in get_args(TraceStatus)}


def span_status(status: Status) -> Status:
    """Return a status that refuses unknown words: `span.status != "failed"` raises, because spans end in `error`."""
    return _SPANS[status]


def trace_status_word(status: TraceStatus) -> TraceStatus:
    """Return a status that refuses unknown words: `trace.status != "error"` raises, because traces are `failed`."""
    return _TRACES[status]

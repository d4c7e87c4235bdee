"""Events: a span starts, streams a piece, retries or ends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import ConfigDict, PrivateAttr

from pytest_traces.model.lane import Stamp
from pytest_traces.model.span import SpanData
from pytest_traces.model.words.compared import Compared
from pytest_traces.model.words.event_types import CHUNK


class Event(Compared):
    """One event of a span: its start, a streamed piece, a retry, its output."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    instead = "its type, its path or its payload"

    type: str
    """`start`, `chunk`, `output`, `retry`, `error`, or a type of the framework's own, as `approval`."""

    run_id: str
    """The run it belongs to."""

    path: str
    """Path of the span that emitted it, as in `agent.llm`."""

    call_id: str
    """The span that emitted it."""

    parent_call_id: str | None = None
    """The call that started that span; `None` for a root."""

    t: float
    """Time of the event, in Unix milliseconds."""

    payload: Any = None
    """Its content as plain JSON: the piece of a `chunk`; input, output and status of an `output`."""

    _stamp: Stamp | None = PrivateAttr(None)
    _span: SpanData | None = PrivateAttr(None)

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            __tracebackhide__ = True
            if name == "path" and self._span is not None:  # too long to be stored with each event
                return self._span.path
            return super().__getattr__(name)

    @property
    def stamp(self) -> Stamp | None:
        """Logical time and lane; `None` if they were not observed."""
        return self._stamp

    @property
    def chunk(self) -> Any:
        """The streamed piece of a `chunk` event; `None` for other events."""
        return self.payload if self.type == CHUNK else None

    def __repr__(self) -> str:
        return f"<{self.type} {self.path}>"

    __str__ = __repr__

"""The spans a program opens itself: what `with span(...) as step` gives."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from threading import get_ident
from time import perf_counter, sleep
from types import TracebackType
from typing import TYPE_CHECKING, Any, TypeVar

from pytest_traces.errors import TracesError
from pytest_traces.model.words.event_types import CHUNK
from pytest_traces.runtime.recording.ancestry import run_id_of, upwards
from pytest_traces.runtime.recording.clock import EPOCH_MS
from pytest_traces.runtime.recording.context import CURRENT, Outside, here, private_place
from pytest_traces.runtime.recording.fields import status_after
from pytest_traces.runtime.recording.recorder import Place, Record
from pytest_traces.runtime.tracing.checks import amount_of, count_of, fault_of, status_of, tags_of, text_of
from pytest_traces.runtime.values.plain import plain

if TYPE_CHECKING:
    from pytest_traces.model.consumption.usage import Usage
    from pytest_traces.model.words.status import Status
    from pytest_traces.runtime.streams.folding import Folding

S = TypeVar("S", bound="SpanHandle")


class SpanHandle(Record):
    """A span while its block runs; it starts when the block is entered.

    >>> from pytest_traces.runtime import span
    >>> with span(span_type="llm", name="answer", model_id="gpt-4") as step:
    ...     step.record_input({"messages": ["Hello"]})
    ...     step.set_token_usage(input_tokens=100, output_tokens=200)
    """

    _tokens: dict[str, int] | None = None
    _counters: dict[str, int] | None = None
    _stream: Folding | None = None
    is_block = True
    """Whether a test may act when it is entered; a function is acted on when it is called."""
    _delay: float | None = None
    """Seconds that an `async with` block waits before its first line."""
    _before: Place | Outside

    def __init__(self, name: str, type: str) -> None:
        self.name = name
        self.type = type
        # read of every span: an attribute of the instance is found five times as fast as one of the class
        self.started = 0
        self.ended: int | None = None
        self._home: Record | None = None
        self._verdict: Status | None = None

    @property
    def call_id(self) -> str:  # type: ignore[override]  # made when asked: most spans never are
        """Identifies the span within its trace."""
        return self.recorder.call_ids.at(self.started)

    @property
    def id(self) -> str:
        """The span's id; `trace[span.id]` is the span."""
        return self.call_id

    @property
    def trace_id(self) -> str:
        """The id of the run it belongs to."""
        return run_id_of(self)

    @property
    def parent_span_id(self) -> str | None:
        """The id of the span that encloses it."""
        return self.parent_call_id or (self.parent.call_id if self.parent is not None else None)

    @property
    def own_usage(self) -> Usage | None:  # type: ignore[override]  # built when asked
        """What it consumed itself, without its descendants."""
        if self._tokens is None and self._counters is None:
            return None
        from pytest_traces.runtime.harvest.usage import reported

        return reported(self.model or "unknown", self._tokens, self._counters)

    def record_input(self, input: Any) -> None:
        """Record the input, copied now."""
        self.input = plain(input)

    def record_output(self, output: Any) -> None:
        """Record the output, copied now."""
        self.output = plain(output)

    def chunk(self, piece: Any) -> None:
        """Pass on a piece of a streamed answer; together the pieces are the output, unless another one is recorded.

        >>> from pytest_traces.runtime import span
        >>> with span(span_type="llm", name="answer", model_id="gpt-4") as step:
        ...     for piece in ["It is ", "21 °C"]:
        ...         step.chunk(piece)
        """
        if not self.started:
            raise TracesError(f"span {self.name!r} has not started; pass its pieces on inside its block")
        if self._stream is None:
            from pytest_traces.runtime.streams.folding import Folding
            from pytest_traces.runtime.tracing.run_context import RunContext

            self._stream = Folding(RunContext(self))
        shown = self._stream.add(piece)
        if shown is not None:
            self.recorder.emit(self, CHUNK, shown)

    def set_token_usage(
        self,
        *,
        input_tokens: int | None = None,
        output_tokens: int | None = None,
        cached_input_tokens: int | None = None,
        cache_creation_input_tokens: int | None = None,
    ) -> None:
        """Say what one call of a model consumed; the cached tokens are a part of the input tokens.

        `None` was not reported: it is unknown, not 0. Without any count the call reported nothing. Raises
        `TracesError` for a value that is no count.
        """
        said = {
            "input_tokens": input_tokens,
            "output_tokens": output_tokens,
            "cached_input_tokens": cached_input_tokens,
            "cache_creation_input_tokens": cache_creation_input_tokens,
        }
        counts = {
            unit: count_of(f"{unit} of span {self.name!r}", given) for unit, given in said.items() if given is not None
        }
        if counts:
            self._tokens = {**counts, "requests": 1}

    def count(self, key: str, amount: int | float) -> None:
        """Add to a counter, as in `count("rows_read", 7)` or `count("openai/gpt-4o:input_tokens", 32)`.

        Raises `TracesError` for what is no count; only the cost of a model, as in `gpt-4o:cost_usd`, has fractions.
        """
        key = text_of(key)
        counters = self._counters or {}
        counters[key] = counters.get(key, 0) + amount_of(self.name, key, amount)  # type: ignore[assignment]  # costs
        self._counters = counters

    def add_tags(self, tags: Iterable[str]) -> None:
        """Add tags; one that is there already is not added again."""
        self.tags = tuple(dict.fromkeys((*self.tags, *tags_of(tags))))

    @property
    def verdict(self) -> Status:
        """The status it gets if its block ends without an exception."""
        return self._verdict or "success"

    def set_status(self, status: str) -> None:
        """Set the status it gets when it ends: `completed`, `failed`, or a status of ours, in any case.

        Raises `UnknownCondition` for other words: none of them may pass for a success.
        """
        self._verdict = status_of(status)

    def mark_failed(self, message: str | BaseException | None = None) -> None:
        """Say that it failed and why: a message, or an exception; one that is being handled gives the type."""
        handled = sys.exc_info()[1]
        self._verdict = "error"
        self.error = fault_of(handled if message is None else message, handled)

    def belong(self, home: Record) -> None:
        """Use a trace as parent if the running code is not inside it."""
        self._home = home

    def __enter__(self: S) -> S:
        if self.started:
            raise TracesError(f"span {self.name!r} was entered before; open another one")
        place: Any = CURRENT.get()  # a place, or `OUTSIDE`, which is no thread's
        self._before = place
        if place.thread != get_ident() or self._home is not None or place.ended is not None:
            place = self._place()
        self.recorder = recorder = place.recorder
        self.lane = place.lane
        self.thread = place.thread
        self.parent = place.record
        self.started = recorder.tick()
        self.t0 = EPOCH_MS + perf_counter() * 1e3
        if len(recorder.records) < recorder.room:
            recorder.records.append(self)
        else:
            recorder.add(self)
            if recorder.acts is not None and self.is_block:
                self._meet_acts()
        CURRENT.set(self)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if CURRENT.get() is self:  # another task or thread may close it
            CURRENT.set(self._before)
        if error is not None:
            self.fail(error)
        elif self.ended is None:
            if self._stream is not None:
                self._fold()
            recorder = self.recorder
            self.t1 = EPOCH_MS + perf_counter() * 1e3
            self.status = self._verdict or "success"
            self.ended = recorder.tick()
            if recorder.listeners:
                for listener in recorder.listeners:
                    listener.ended(self)

    async def __aenter__(self: S) -> S:
        self._delay = 0.0
        self.__enter__()
        if self._delay:
            from pytest_traces.runtime.calls.stand_ins import pause

            try:
                await pause(self._delay)
            except BaseException as error:
                self.__exit__(type(error), error, None)
                raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.__exit__(kind, error, trace)

    def fail(self, error: BaseException) -> None:
        """End the span with an exception; the message of `mark_failed` wins."""
        raised = fault_of(error)
        message = (self.error.message if self.error is not None else "") or raised.message
        status = status_after(error)
        self._fold()
        self.end(status, error=None if status == "cancelled" else raised._replace(message=message))

    def _meet_acts(self) -> None:
        """Apply the acts of the test to the block."""
        from pytest_traces.runtime.calls.blocks import seconds_before

        CURRENT.set(self)
        try:
            seconds = seconds_before(self)
        except BaseException as error:
            self.__exit__(type(error), error, None)
            raise
        if self._delay is None:
            sleep(seconds or 0.0)
        else:
            self._delay = seconds

    def _fold(self) -> None:
        """Record the folded pieces as the output, if no output was recorded."""
        if self._stream is not None and self.output is None:
            self.output = plain(self._stream.result())

    def _place(self) -> Place:
        """Return the place to start at: inside its trace, unless the running code is there already."""
        place = here()
        if self._home is not None and (place is None or self._home not in upwards(place.record)):
            home = self._home
            lane = place.lane if place is not None and place.recorder is home.recorder else home.lane
            return Place(home.recorder, home, lane)
        return place or private_place("late")  # the recorder closed after the span was made

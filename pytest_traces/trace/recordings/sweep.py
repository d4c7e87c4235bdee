"""The sweep: a program runs once without a failure, and then once for each call with that call failing."""

from __future__ import annotations

import inspect
import warnings
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

from pytest_traces.acting.act import Act, picked
from pytest_traces.acting.act_values import checked_count
from pytest_traces.assertions.queries.conditions import Conditions
from pytest_traces.assertions.queries.matching.texts import Text
from pytest_traces.drawing.text import brief
from pytest_traces.errors import TracesError
from pytest_traces.model.span import SpanData
from pytest_traces.runtime.effects import Raises
from pytest_traces.trace.recordings.recording import Acting, Make, recorded

_MOST = 100
_WELL = "the run of a sweep in which no call fails"


class Run(Acting, Protocol):
    """The trace of one run of a sweep."""

    def find(self, name: Text, /, **conditions: Any) -> Iterable[SpanData]:
        """Return the spans that match."""

    def first(self, name: Text, /, **conditions: Any) -> SpanData:
        """Return the first span that matches; fail the test if none does."""

    def entitle(self, title: str) -> None:
        """Set the title of messages about the run."""

    def begin_outage(self, act: Act) -> None:
        """Make one call of the run fail, and title messages after it."""

    def end_outage(self, error: Exception) -> None:
        """Keep the exception that left the program."""

    def forget(self) -> None:
        """Do not draw the run if the test fails."""


T = TypeVar("T", bound=Run)


class Outage(NamedTuple):
    """A run to come, and the call that fails in it."""

    call: SpanData
    after: int
    """The number of equal calls before it."""
    title: str


class Sweep(Generic[T]):
    """The runs of a sweep, for `for` or `async for`: each item is the trace of a run in which one call failed."""

    def __init__(
        self,
        make: Make[T],
        program: Callable[[], Any],
        name: Text,
        *,
        effect: Raises,
        conditions: Mapping[str, Any],
        at_most: int | None = None,
    ) -> None:
        self._make = make
        self._program = program
        self._name, self._conditions = name, dict(conditions)
        picked(name, conditions)
        self._effect = effect
        self._at_most = None if at_most is None else checked_count("at_most", at_most, least=1)
        self._has_begun = False
        self._well: T | None = None

    @property
    def well(self) -> T:
        """The trace of the run without a failure; it is there from the first outage on."""
        if self._well is None:
            raise TracesError("sweep.well is the trace of a run: it is there when the sweep has begun")
        return self._well

    def require_run(self) -> None:
        """Raise if the sweep was never iterated: it ran nothing."""
        if not self._has_begun:
            raise TracesError("trace.sweep() ran nothing: write `for outage in trace.sweep(...)`")

    def __iter__(self) -> Iterator[T]:
        self._has_begun = True
        with recorded(self._make) as well:
            well.entitle(_WELL)
            _require_sync(self._program())
        for outage in self._outages(well):
            with self._recorded(outage) as trace:
                self._program()
            yield trace
            trace.forget()

    async def __aiter__(self) -> AsyncIterator[T]:
        self._has_begun = True
        with recorded(self._make) as well:
            well.entitle(_WELL)
            await self._program()
        for outage in self._outages(well):
            with self._recorded(outage) as trace:
                await self._program()
            yield trace
            trace.forget()

    def _outages(self, well: T) -> Sequence[Outage]:
        """Return an outage for each call of the run without a failure, with its index among equal calls."""
        __tracebackhide__ = True
        calls = list(well.find(self._name, **self._conditions)) or [well.first(self._name, **self._conditions)]
        most = _MOST if self._at_most is None else self._at_most
        kept = calls[:most]
        if len(calls) > len(kept):
            self._tell_what_is_left_out(calls[most:], len(calls))
        self._well = well
        well.forget()
        return [
            Outage(call, _equals(call, calls[:at]), f"outage {at + 1} of {len(calls)}: {_named(call)} {self._effect}")
            for at, call in enumerate(kept)
        ]

    def _tell_what_is_left_out(self, left: Sequence[SpanData], count: int) -> None:
        names = ", ".join(dict.fromkeys(map(_named, left[:5]))) + (", ..." if len(left) > 5 else "")
        told = f"a sweep of {count} calls makes {count - len(left)} runs; left out: {names}"
        if self._at_most is None:
            raise TracesError(f"{told}\n\nhint: at_most={count} runs them all")
        warnings.warn(told, stacklevel=4)

    @contextmanager
    def _recorded(self, outage: Outage) -> Iterator[T]:
        """Record a run whose call fails; an error that leaves the program is kept on the trace."""
        with recorded(self._make) as trace:
            trace.begin_outage(
                Act(_exactly(outage.call), self._effect, after=outage.after, by_luck=True, title=outage.title)
            )
            try:
                yield trace
            except TracesError:
                raise
            except Exception as error:
                trace.end_outage(error)


def _require_sync(result: Any) -> None:
    if inspect.isawaitable(result):
        if inspect.iscoroutine(result):
            result.close()
        raise TracesError("the program of this sweep is async: write `async for outage in trace.sweep(...)`")


def _exactly(call: SpanData) -> Conditions:
    """Return conditions that only this call and equal ones match."""
    given: dict[str, Any] = {word: _Equal(getattr(call, word)) for word in ("name", "type", "path", "input")}
    return Conditions(given.pop("name"), given)


class _Equal:
    """A matcher that a message shows as the value it compares with; in a name, `*` is a letter."""

    def __init__(self, value: Any) -> None:
        self._value = value

    def __eq__(self, given: object) -> bool:
        return bool(given == self._value)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return repr(self._value)


def _equals(call: SpanData, before: Sequence[SpanData]) -> int:
    return sum(_asked_of(one) == _asked_of(call) for one in before)


def _asked_of(call: SpanData) -> tuple[str, str, str, Any]:
    return call.name, call.type, call.path, call.input


def _named(call: SpanData) -> str:
    return f"{call.type} {call.name}" + (f" {brief(call.input, 60)}" if call.type == "tool" and call.input else "")

"""`@trace`: a function whose calls are runs, with the six stages of document 003."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping
from types import TracebackType
from typing import Any, ParamSpec, Protocol, TypedDict, TypeVar, Unpack, cast, overload

from pytest_traces.analysis.health.slow import SLOW_MS
from pytest_traces.model.words.event_types import STAGE
from pytest_traces.runtime.calls.around import around
from pytest_traces.runtime.calls.signatures import kind_of, name_of, reader_of_arguments
from pytest_traces.runtime.recording.clock import now_ms
from pytest_traces.runtime.recording.context import CURRENT, OUTSIDE
from pytest_traces.runtime.streams.run_events import AsyncEvents, Events
from pytest_traces.runtime.tracing.checks import number_of, text_of
from pytest_traces.runtime.tracing.decorated import HandleStep, decorated
from pytest_traces.runtime.tracing.spans import TraceHandle, describe

P = ParamSpec("P")
R_co = TypeVar("R_co", covariant=True)

"""What counts as slow unless configured: document 003's threshold."""

STAGES = (
    "start_time_capture",
    "context_resolution",
    "context_initialization",
    "function_execution",
    "trace_finalization",
    "context_reset",
)
"""What every call of a traced function goes through; each stage is a `stage` event, and lasts until the next."""


class TraceOptions(TypedDict, total=False):
    """What `@trace` takes."""

    name: str
    type: str
    tags: Iterable[str]
    metadata: Mapping[str, Any]
    model_id: str
    project: str
    environment: str
    slow_ms: float


class Traced(Protocol[P, R_co]):
    """A function decorated with `@trace`."""

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R_co: ...

    def stream(self, *args: P.args, **kwargs: P.kwargs) -> Any:
        """Run it, and iterate over the events of the run: `async for`, or `for` where the function is sync."""

    def __get__(self, instance: Any, owner: Any = None) -> Callable[..., R_co]: ...


class StagedTrace(TraceHandle):
    """One call of a traced function; at its end it sets the fields of document 003's trace document."""

    def __init__(self, name: str, about: TraceOptions) -> None:
        super().__init__(name, text_of(about.get("type") or "agent"))
        slow_ms = about.get("slow_ms")
        self._slow_ms = SLOW_MS if slow_ms is None else slow_ms
        self._where: dict[str, Any] = {key: about[key] for key in ("project", "environment") if key in about}
        describe(self, tags=about.get("tags"), metadata=about.get("metadata"), model_id=about.get("model_id"))

    def __enter__(self) -> StagedTrace:
        super().__enter__()
        self._stage(0)
        self._stage(1, self._where)
        self._stage(2)
        self._stage(3)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.ended is None:
            self._stage(4)
            latency = now_ms() - self.t0
            standing = "warning" if self.retry_count else "success"
            self.attributes = {
                **self.attributes,
                **self._where,
                "status": standing if error is None and self.verdict == "success" else "failed",
                "retry_count": self.retry_count,
                "latency_ms": round(latency, 2),
                "slow_request": latency >= self._slow_ms,
            }
            self._stage(5)
        super().__exit__(kind, error, trace)

    def _stage(self, number: int, about: Mapping[str, Any] | None = None) -> None:
        self.recorder.emit(self, STAGE, {"stage": STAGES[number], **(about or {})})


@overload
def trace(function: Callable[P, R_co], /) -> Traced[P, R_co]:
    """Record each call, as plain `@trace`."""


@overload
def trace(**about: Unpack[TraceOptions]) -> Callable[[Callable[P, R_co]], Traced[P, R_co]]:
    """Record each call, as `@trace(...)` with options."""


def trace(function: Any = None, /, **about: Any) -> Any:
    """Record each call of a function as a run of its own; sync, async, and generators of both kinds.

    >>> from pytest_traces.runtime import trace
    >>> @trace
    ... def answer(question):
    ...     return "42"
    >>> @trace(name="support", tags=["beta"], environment="staging", slow_ms=3000)
    ... async def support(question):
    ...     yield "Hello "
    >>> [event.type for event in answer.stream("why?") if event.type != "stage"]
    ['start', 'output']
    """
    unknown = set(about) - set(TraceOptions.__annotations__)
    if unknown:
        raise TypeError(f"trace() got an unexpected keyword argument {min(unknown)!r}")
    if about.get("slow_ms") is not None:
        about["slow_ms"] = number_of("slow_ms of @trace", about["slow_ms"])

    def decorate(made: Any) -> Any:
        return decorated(made, "trace", functools.partial(_decorate, about=about))

    return decorate(function) if function is not None else decorate


def _decorate(function: Callable[..., Any], about: Any) -> Any:
    arguments = reader_of_arguments(function)
    name = text_of(about.get("name") or name_of(function))

    def open(args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> HandleStep | None:
        if CURRENT.get() is OUTSIDE and not OUTSIDE.listens():
            OUTSIDE.note(name)
            return None
        handle = StagedTrace(name, about)
        handle.record_input(arguments(args, kwargs))
        return HandleStep(handle)

    wrapper = cast(Any, around(function, open))
    stream = AsyncEvents if kind_of(function) in ("coroutine", "async generator") else Events
    wrapper.stream = lambda *args, **kwargs: stream(functools.partial(wrapper, *args, **kwargs))
    return wrapper

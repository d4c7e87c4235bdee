"""A call of a tool, attempt by attempt."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import AsyncGeneratorType, CoroutineType, GeneratorType, TracebackType
from typing import Any

from tracellm.tracer import _current_trace_context

from pytest_traces.runtime.recording.entering import step_in, step_out
from pytest_traces.runtime.recording.place import Outside, Place, here
from pytest_traces.runtime.recording.recorder import Record

_UNFINISHED = (GeneratorType, AsyncGeneratorType, CoroutineType)
_SAID = ("step_id", "duration", "success", "timestamp")


@dataclass(frozen=True)
class Tool:
    """A function that TraceLLM traces."""

    name: str
    func: Callable[..., Any]
    capture_input: bool
    capture_output: bool

    def input(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Return the arguments by name, whole: TraceLLM keeps the first 500 characters of their text."""
        if not self.capture_input:
            return None
        try:
            bound = inspect.signature(self.func).bind(*args, **kwargs)
        except (TypeError, ValueError):
            return {"args": args, "kwargs": kwargs}
        bound.apply_defaults()
        return {name: value for name, value in bound.arguments.items() if name not in ("self", "cls")}

    def output(self, result: Any) -> Any:
        """Return the result; a generator that has not run yet is none."""
        return result if self.capture_output and not isinstance(result, _UNFINISHED) else None


class Call:
    """One call of a tool: what TraceLLM tries again belongs together."""

    def __init__(self, tool: Tool) -> None:
        self.tool = tool
        self._last: Record | None = None
        self._count = 0

    def watched(self) -> Callable[..., Any]:
        """Return the tool's function with a span around each attempt."""
        func = self.tool.func
        if inspect.iscoroutinefunction(func):

            @functools.wraps(func)
            async def attempt(*args: Any, **kwargs: Any) -> Any:
                with Attempt(self, args, kwargs) as one:
                    one.result = await func(*args, **kwargs)
                return one.result
        else:

            @functools.wraps(func)
            def attempt(*args: Any, **kwargs: Any) -> Any:
                with Attempt(self, args, kwargs) as one:
                    one.result = func(*args, **kwargs)
                return one.result

        attempt._pytest_traces = self  # type: ignore[attr-defined]
        return attempt

    def start(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Record | None:
        """Open the span of an attempt."""
        place = here()
        if place is None:
            return None
        with place.recorder.guard("tracellm"):
            self._count += 1
            record = place.recorder.start(self.tool.name, "tool", place=place)
            record.source = "tracellm"
            record.set(input=self.tool.input(args, kwargs))
            if self._count > 1:
                record.set(metadata={"attempt": self._count})
            self._last = record
            return record
        return None

    def back_off(self, seconds: float) -> None:
        """Note how long TraceLLM waits before it tries again."""
        if self._last is not None:
            with self._last.recorder.guard("tracellm"):
                self._last.recorder.emit(self._last, "backoff", {"attempt": self._count, "seconds": seconds})
                self._last.set(metadata={**self._last.metadata, "backoff_seconds": seconds})

    def describe(self, step: Mapping[str, Any]) -> None:
        """Keep what TraceLLM says of the call as a whole, and whether it lost the step."""
        if self._last is not None:
            said = {name: step[name] for name in _SAID}
            with self._last.recorder.guard("tracellm"):
                self._last.set(attributes={**said, "in_a_trace": _current_trace_context.get() is not None})


class Attempt:
    """A span around one attempt."""

    result: Any = None

    def __init__(self, call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        self._call = call
        self._record = call.start(args, kwargs)
        self._before: Place | Outside | None = None

    def __enter__(self) -> Attempt:
        if self._record is not None:
            self._before = step_in(self._record)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        record = self._record
        if record is None or self._before is None:
            return
        with record.recorder.guard("tracellm"):
            if error is None:
                record.end(output=self._call.tool.output(self.result))
            else:
                record.fail(error)
        step_out(record, self._before)

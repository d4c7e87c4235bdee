"""What `@trace` and `@trace_tool` share: what they decorate, and the span of a decorated call."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pytest_traces.errors import TracesError
from pytest_traces.runtime.calls.signatures import name_of
from pytest_traces.runtime.calls.step import Step
from pytest_traces.runtime.recording.context import CURRENT
from pytest_traces.runtime.tracing.handle import SpanHandle


def decorated(made: Any, decorator: str, decorate: Callable[[Any], Any]) -> Any:
    """Decorate a function, also inside a `classmethod` or a `staticmethod`; refuse what can't be called."""
    if isinstance(made, classmethod | staticmethod):
        return type(made)(decorated(made.__func__, decorator, decorate))
    if not callable(made):
        raise TracesError(f"@{decorator} decorates functions, got {made!r}; put it below other decorators")
    wrapper = decorate(made)
    if not hasattr(made, "__name__"):
        wrapper.__name__ = wrapper.__qualname__ = name_of(made)
    return wrapper


class HandleStep(Step):
    """A span of ours around the call of a decorated function."""

    def __init__(self, handle: SpanHandle, capture_output: bool = True) -> None:
        super().__init__(handle, CURRENT.get())
        handle.is_block = False
        self.handle = handle.__enter__()
        """The span of the call."""
        self._capture_output = capture_output

    def chunk(self, piece: Any) -> None:
        if self._capture_output:
            self.handle.chunk(piece)

    def end(self, result: Any) -> None:
        if self._capture_output and result is not None:
            self.handle.record_output(result)
        self._leave(None)

    def fail(self, error: BaseException) -> None:
        self._leave(error)

    def _leave(self, error: BaseException | None) -> None:
        self.step_out()
        self.handle.__exit__(None if error is None else type(error), error, None)

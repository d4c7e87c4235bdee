"""Makes acts possible where a framework calls code of the program, inside the span of the call."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from pytest_traces.runtime.calls.stand_ins import stand_in
from pytest_traces.runtime.effects import Native
from pytest_traces.runtime.recording.recorder import Record

Find = Callable[[tuple[Any, ...], Mapping[str, Any]], Record | None]
"""Returns the record of a call, by its arguments."""


def asking(function: Callable[..., Any], find: Find, native: Native | None = None) -> Callable[..., Any]:
    """Return a function that checks the acts of the test before each call; another hook makes the span.

    It has no frame of its own while the call runs: some frameworks send tracebacks to their models, and these stay
    unchanged. It returns what the function returns: a value, a coroutine, a generator.
    """

    def chosen(args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Callable[..., Any]:
        record = find(args, kwargs)
        if record is None or record.recorder.acts is None:
            return function
        return stand_in(record, function, native) or function

    @wraps(function)
    def asked(*args: Any, **kwargs: Any) -> Any:
        return chosen(args, kwargs)(*args, **kwargs)

    return asked

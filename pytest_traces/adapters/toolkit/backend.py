"""Keeps frameworks from sending to their own backends while a test is recorded, unless `trace_send` allows it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pytest_traces.adapters.toolkit.patches import Patches
from pytest_traces.runtime.recording.context import here


def is_kept_home() -> bool:
    """Return whether the running code is recorded and its framework must not send (`trace_send = false`)."""
    place = here()
    return place is not None and not place.recorder.sends


def answer_for(
    made: Patches,
    owner: Any,
    name: str,
    answer: Callable[..., Any],
    *,
    when: Callable[..., bool] = lambda *args, **kwargs: is_kept_home(),
) -> None:
    """Call `answer` in place of a function that asks a backend, if `when` is true of its arguments."""

    def wrapped(ask: Callable[..., Any]) -> Callable[..., Any]:
        def asked(*args: Any, **kwargs: Any) -> Any:
            return (answer if when(*args, **kwargs) else ask)(*args, **kwargs)

        return asked

    made.wrap(owner, name, wrapped)

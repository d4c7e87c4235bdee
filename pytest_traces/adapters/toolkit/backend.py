"""What frameworks send to backends of their own: nothing while a test is recorded, unless it is let through."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pytest_traces.adapters.toolkit.patches import Patches
from pytest_traces.runtime.recording.context import here


def is_kept_home() -> bool:
    """Tell if the running code is recorded, and what its framework would send stays at home (`trace_send = false`)."""
    place = here()
    return place is not None and not place.recorder.sends


def answer_for(made: Patches, owner: Any, name: str, answer: Callable[..., Any]) -> None:
    """Let `answer` stand for a function that asks a backend; outside of recordings the function itself runs."""

    def wrapped(ask: Callable[..., Any]) -> Callable[..., Any]:
        def asked(*args: Any, **kwargs: Any) -> Any:
            return (answer if is_kept_home() else ask)(*args, **kwargs)

        return asked

    made.wrap(owner, name, wrapped)

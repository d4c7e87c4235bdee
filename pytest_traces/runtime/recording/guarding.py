"""Keeps what goes wrong while order is observed from the program: its queues, tasks and threads work as without us."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from pytest_traces.runtime.recording.context import OUTSIDE
from pytest_traces.runtime.recording.outcome import message_of

F = TypeVar("F", bound=Callable[..., Any])


def harmless(function: F) -> F:
    """Decorate what a watched function of the program calls: where it raises, it returns `None`, and the test is told.

    It adds a frame: what looks at the frames of its callers uses `note_trouble` itself.
    """

    @wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        try:
            return function(*args, **kwargs)
        except Exception as error:
            note_trouble(error)
            return None

    return call  # type: ignore[return-value]


def note_trouble(error: Exception) -> None:
    """Tell the tests that run of an exception: order may be wrong from here on; the report shows it, each one once."""
    told = f"order: {type(error).__name__}: {message_of(error)}"
    for test in OUTSIDE.tests:
        if told not in test.gaps.troubles:
            test.gaps.troubles.append(told)

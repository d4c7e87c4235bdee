"""Reads the whole message of an expectation that fails."""

from collections.abc import Callable
from inspect import cleandoc
from typing import Any

from pytest_traces.errors import ExpectationError, TracesError


def why(assertion: Callable[..., Any], *args: Any, **options: Any) -> str:
    """Return the error and its whole message; an expectation that holds says so, and equals no message."""
    try:
        assertion(*args, **options)
    except (ExpectationError, TracesError) as failure:
        return f"{type(failure).__name__}: {failure}"
    return "it passed"


def headline(assertion: Callable[..., Any], *args: Any, **options: Any) -> str:
    """Return the first line of that message: what pytest's summary shows."""
    return why(assertion, *args, **options).splitlines()[0]


def red(reason: str, check: Callable[..., Any], *args: Any, **options: Any) -> None:
    """Fail unless a check fails, for this reason: the first line of its message is compared whole."""
    assert headline(check, *args, **options).partition(": ")[2] == reason


def text(message: str) -> str:
    """Return a message as it is printed, indented here to stand inside a test."""
    return cleandoc(message)


NOTHING = "nothing was recorded"
NO_SPANS = "expected at least 1 span, found 0"

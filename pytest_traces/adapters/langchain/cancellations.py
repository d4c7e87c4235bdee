"""Ends the span of a tool, a retriever or a model that was cancelled: LangChain calls no callback then."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import partial
from typing import Any

from pytest_traces.adapters.toolkit.calls import in_a_block
from pytest_traces.adapters.toolkit.patches import Patches
from pytest_traces.adapters.toolkit.span import OpenSpan
from pytest_traces.runtime.recording.context import CURRENT, here

_STARTED: ContextVar[list[OpenSpan] | None] = ContextVar("pytest_traces_langchain_started", default=None)
"""The span that the innermost call of a tool, a retriever or a model started."""


def watch_cancellations(made: Patches, base: type, *methods: str) -> None:
    """End the spans of calls that are cancelled, by the methods of LangChain that make them."""
    for name in methods:
        made.wrap(base, name, partial(in_a_block, _ending))


def note_started(span: OpenSpan) -> None:
    """Keep the span that the enclosing call started."""
    started = _STARTED.get()
    if started is not None:
        started.append(span)


@contextmanager
def _ending(kwargs: Mapping[str, Any]) -> Iterator[None]:
    """End the started span with the exception of the call; a span that a callback ended is unchanged.

    The code after the call gets its place before the call: callbacks of the end may run in other tasks.
    """
    started: list[OpenSpan] = []
    token = _STARTED.set(started)
    place = None if here() is None else CURRENT.get()
    try:
        yield
    except BaseException as error:
        for span in started:
            span.fail(error)
        raise
    finally:
        _STARTED.reset(token)
        if place is not None:
            CURRENT.set(place)

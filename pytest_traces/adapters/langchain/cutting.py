"""Ends the span of a tool, a retriever or a model that was cancelled: LangChain calls no callback then."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any

from pytest_traces.adapters.toolkit.patches import Patches
from pytest_traces.adapters.toolkit.source import Source
from pytest_traces.adapters.toolkit.span import OpenSpan
from pytest_traces.runtime.recording.context import CURRENT, here

_STARTED: ContextVar[list[OpenSpan] | None] = ContextVar("pytest_traces_langchain_started", default=None)
"""The span that the innermost call of a tool, a retriever or a model started."""


def watch_tools(made: Patches, source: Source) -> None:
    """End the spans of tool calls that are cancelled."""
    from langchain_core.tools.base import BaseTool

    made.wrap(BaseTool, "run", _watched)
    made.wrap(BaseTool, "arun", _watched)


def watch_retrievers(made: Patches, source: Source) -> None:
    """End the spans of retrievals that are cancelled."""
    from langchain_core.retrievers import BaseRetriever

    made.wrap(BaseRetriever, "invoke", _watched)
    made.wrap(BaseRetriever, "ainvoke", _watched)


def watch_models(made: Patches, source: Source) -> None:
    """End the spans of chat model calls that are cancelled."""
    from langchain_core.language_models.chat_models import BaseChatModel

    made.wrap(BaseChatModel, "generate", _watched)
    made.wrap(BaseChatModel, "agenerate", _watched)


def watch_text_models(made: Patches, source: Source) -> None:
    """End the spans of text completions that are cancelled."""
    from langchain_core.language_models.llms import BaseLLM

    made.wrap(BaseLLM, "generate", _watched)
    made.wrap(BaseLLM, "agenerate", _watched)


def note_started(span: OpenSpan) -> None:
    """Keep the span that the enclosing call started."""
    started = _STARTED.get()
    if started is not None:
        started.append(span)


def _watched(function: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(function)
    def watched(*args: Any, **kwargs: Any) -> Any:
        with _ending():
            return function(*args, **kwargs)

    @wraps(function)
    async def watched_async(*args: Any, **kwargs: Any) -> Any:
        with _ending():
            return await function(*args, **kwargs)

    return watched_async if inspect.iscoroutinefunction(function) else watched


@contextmanager
def _ending() -> Iterator[None]:
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

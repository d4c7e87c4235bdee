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
    """Watch how calls of tools end."""
    from langchain_core.tools.base import BaseTool

    made.wrap(BaseTool, "run", _watched)
    made.wrap(BaseTool, "arun", _watched)


def watch_retrievers(made: Patches, source: Source) -> None:
    """Watch how retrievals end."""
    from langchain_core.retrievers import BaseRetriever

    made.wrap(BaseRetriever, "invoke", _watched)
    made.wrap(BaseRetriever, "ainvoke", _watched)


def watch_models(made: Patches, source: Source) -> None:
    """Watch how calls of chat models end."""
    from langchain_core.language_models.chat_models import BaseChatModel

    made.wrap(BaseChatModel, "generate", _watched)
    made.wrap(BaseChatModel, "agenerate", _watched)


def watch_text_models(made: Patches, source: Source) -> None:
    """Watch how calls of models that complete text end."""
    from langchain_core.language_models.llms import BaseLLM

    made.wrap(BaseLLM, "generate", _watched)
    made.wrap(BaseLLM, "agenerate", _watched)


def note_started(span: OpenSpan) -> None:
    """Remember a span that the call around the running code has started."""
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
    """End what was started by the exception that leaves; what the callbacks have ended stays as it is.

    The code after the call is where it was before: callbacks of the end may come in tasks of their own.
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

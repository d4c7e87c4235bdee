"""Acts on tools, retrievers and chat models: where LangChain calls the methods of their classes."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from langchain_core.messages import AIMessage, AIMessageChunk
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult

from pytest_traces.adapters.langchain.batches import inside_its_span
from pytest_traces.adapters.toolkit.acting import asking
from pytest_traces.adapters.toolkit.patches import Patches
from pytest_traces.adapters.toolkit.source import Arguments, Source
from pytest_traces.adapters.toolkit.subclasses import watch_subclasses
from pytest_traces.conventions.lookup import decoded
from pytest_traces.runtime.calls.stand_ins import value_itself
from pytest_traces.runtime.effects import Calls, Effect, Native, Says
from pytest_traces.runtime.recording.recorder import Record


def watch_tools(made: Patches, source: Source) -> None:
    """Make acts possible on tools of every class."""
    from langchain_core.tools.base import BaseTool

    _watch(made, source, BaseTool, "_run", "_arun", native=_returned)


def watch_retrievers(made: Patches, source: Source) -> None:
    """Make acts possible on retrievers of every class."""
    from langchain_core.retrievers import BaseRetriever

    _watch(made, source, BaseRetriever, "_get_relevant_documents", "_aget_relevant_documents")


def watch_models(made: Patches, source: Source) -> None:
    """Make acts possible on chat models of every class, whole and streamed."""
    from langchain_core.language_models.chat_models import BaseChatModel

    find = partial(_record, source)

    def whole(function: Callable[..., Any]) -> Callable[..., Any]:
        return asking(inside_its_span(source, function), find, _whole)

    pieces = partial(asking, find=find, native=_pieces)
    watch_subclasses(
        made, BaseChatModel, {"_generate": whole, "_agenerate": whole, "_stream": pieces, "_astream": pieces}
    )


def _watch(made: Patches, source: Source, base: type, *methods: str, native: Native | None = None) -> None:
    asked = partial(asking, find=partial(_record, source), native=native)
    watch_subclasses(made, base, dict.fromkeys(methods, asked))


def _record(source: Source, args: Arguments, kwargs: Mapping[str, Any]) -> Record | None:
    """Return the record of the run that a run manager names, else of the enclosing run."""
    run_id = getattr(kwargs.get("run_manager"), "run_id", None)
    return (source.current() if run_id is None else source.find(str(run_id))).record


def _returned(effect: Effect, value: Any, args: Arguments, kwargs: Mapping[str, Any]) -> Any:
    """Return a value as the tool returns it: some tools give an artifact beside it, as those of MCP servers."""
    returned = value_itself(effect, value, args, kwargs)
    has_artifact = args[0].response_format == "content_and_artifact"
    if not has_artifact or returned is NotImplemented or (isinstance(returned, tuple) and len(returned) == 2):
        return returned
    return returned, None


def _whole(effect: Effect, value: Any, args: Arguments, kwargs: Mapping[str, Any]) -> Any:
    message = _message(effect, value)
    if isinstance(message, AIMessage):
        return ChatResult(generations=[ChatGeneration(message=message)])
    return message if isinstance(message, ChatResult) else NotImplemented


def _message(effect: Effect, value: Any) -> Any:
    if isinstance(effect, Calls):
        call = {"name": effect.name, "args": effect.arguments, "id": effect.call_id}
        given = decoded(effect.arguments)
        if isinstance(given, dict):
            return AIMessage("", tool_calls=[{**call, "args": given, "type": "tool_call"}])
        return AIMessage("", invalid_tool_calls=[{**call, "error": None, "type": "invalid_tool_call"}])
    text = effect.text if isinstance(effect, Says) else value
    return AIMessage(text) if isinstance(text, str) else text


def _pieces(effect: Effect, value: Any, args: Arguments, kwargs: Mapping[str, Any]) -> Any:
    if isinstance(effect, Calls):
        arguments = effect.arguments if isinstance(effect.arguments, str) else json.dumps(effect.arguments)
        piece = {"name": effect.name, "args": arguments, "id": effect.call_id, "index": 0}
        return [ChatGenerationChunk(message=AIMessageChunk("", tool_call_chunks=[piece]))]
    message = _message(effect, value)
    if not isinstance(message, AIMessage):  # pieces of the test's own
        return message if isinstance(message, list) else NotImplemented
    return [ChatGenerationChunk(message=AIMessageChunk(message.content, tool_calls=message.tool_calls))]

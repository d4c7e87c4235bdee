"""LangChain's messages, documents, tokens and metadata as plain values."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from typing import Any

from langchain_core.documents import Document
from langchain_core.messages import BaseMessage, ToolMessage
from langchain_core.outputs import LLMResult

from pytest_traces.conventions.units import LANGCHAIN, OPENAI, count_usage
from pytest_traces.model.consumption.usage import Usage
from pytest_traces.model.span import SpanError
from pytest_traces.runtime.values.plain import DEPTH

_ROLES = {"human": "user", "ai": "assistant", "AIMessageChunk": "assistant"}
_INJECTED = frozenset({"runtime", "state", "store", "config", "callbacks", "run_manager"})
_OWN_TAGS = ("seq:step", "graph:step", "map:key", "langsmith:", "condition:", "branch:")
_OWN_METADATA = ("langgraph_", "ls_", "lc_", "checkpoint_", "__pregel", "thread_id", "run_id", "graph_id")


class _RawOutputs(threading.local):
    """The last output of a tool in this thread, until its callback reads it."""

    message: Any = None
    content: Any = None
    status: str = ""

    def keep(self, message: Any, content: Any, status: str) -> None:
        """Keep the value that a message was made from; a tool without a call to answer gives the value itself."""
        self.message, self.content, self.status = message, content, status

    def of(self, message: Any) -> Any:
        """Return the value that a message was made from, or else its content."""
        if message is not self.message:
            return message.content
        content, self.message, self.content = self.content, None, None
        return content


RAW_OUTPUTS = _RawOutputs()


def message(one: Any) -> Any:
    """Return a message as role and content, with its tool calls."""
    if not isinstance(one, BaseMessage):
        return one
    told: dict[str, Any] = {"role": _ROLES.get(one.type, one.type), "content": one.content}
    calls = getattr(one, "tool_calls", None)
    if calls:
        told["tool_calls"] = [{"name": call["name"], "arguments": call["args"], "id": call["id"]} for call in calls]
    if isinstance(one, ToolMessage):
        told |= {"name": one.name, "tool_call_id": one.tool_call_id}
    return told


def conversation(batches: Sequence[Sequence[Any]]) -> Any:
    """Return the messages a model was given; a batch of one is that one."""
    return single([[message(one) for one in batch] for batch in batches])


def single(batch: Sequence[Any]) -> Any:
    """Return the only item, or all of them."""
    return batch[0] if len(batch) == 1 else batch


def state(value: Any) -> Any:
    """Return input or output of a chain or graph, with messages and documents in plain form.

    A value that occurs twice is read once; cycles and values that are nested too deep stay unchanged.
    """
    return _read(value, {}, 0)


def _read(value: Any, known: dict[int, Any], depth: int) -> Any:
    if isinstance(value, BaseMessage):
        return message(value)
    if isinstance(value, Document):
        return document(value)
    kind = type(value)
    if id(value) in known or depth > DEPTH:
        return known.get(id(value), value)
    if kind is dict:
        known[id(value)] = value
        known[id(value)] = {key: _read(item, known, depth + 1) for key, item in value.items()}
    elif kind is list or kind is tuple:
        known[id(value)] = value
        known[id(value)] = [_read(item, known, depth + 1) for item in value]
    elif kind.__name__ == "Command":
        told = {"update": _read(value.update, known, depth + 1), "goto": value.goto, "resume": value.resume}
        return {key: item for key, item in told.items() if item}
    return known.get(id(value), value)


def document(one: Any) -> Any:
    """Return a document as its text and metadata."""
    return {"page_content": one.page_content, **({"metadata": one.metadata} if one.metadata else {})}


def arguments(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the arguments the model chose, without what LangGraph injects."""
    return {key: state(value) for key, value in given.items() if key not in _INJECTED}


def returned(output: Any) -> Any:
    """Return the output of a tool; for a message the value it was made from."""
    return state(RAW_OUTPUTS.of(output) if isinstance(output, ToolMessage) else output)


def handled_failure(output: Any) -> SpanError | None:
    """Return the error that the message of a tool reports; `None` if it reports none."""
    is_message = isinstance(output, ToolMessage)
    status = output.status if is_message else RAW_OUTPUTS.status if output is RAW_OUTPUTS.message else ""
    if output is None or status != "error":
        return None
    return SpanError(type="ToolException", message=str(output.content if is_message else output))


def piece(chunk: Any) -> Any:
    """Return the text of a streamed chunk."""
    return getattr(chunk, "text", None) or getattr(getattr(chunk, "message", None), "content", None)


def answered(response: LLMResult, model: str | None) -> dict[str, Any]:
    """Return output, usage and model of a model's answer."""
    made = [one for batch in response.generations for one in batch]
    messages = [getattr(one, "message", None) for one in made]
    named = next((name for one in messages if (name := _answering_model(one))), None) or model
    usage = _usage(messages, response.llm_output or {}, named)
    output = single([one.text if told is None else message(told) for one, told in zip(made, messages, strict=True)])
    return {"output": output, "model": named, **({} if usage is None else {"own_usage": usage})}


def _answering_model(one: Any) -> str | None:
    about = getattr(one, "response_metadata", None) or {}
    name: str | None = about.get("model_name") or about.get("model")
    return name


def _usage(messages: Sequence[Any], llm_output: Mapping[str, Any], model: str | None) -> Usage | None:
    counts = [count_usage(LANGCHAIN, one.usage_metadata) for one in messages if getattr(one, "usage_metadata", None)]
    if not counts and llm_output.get("token_usage"):
        counts = [count_usage(OPENAI, llm_output["token_usage"])]
    found = [Usage(by_model={model or "unknown": one}) for one in counts if one is not None]
    return Usage.total(found) if found else None


def class_name(serialized: Any) -> str | None:
    """Return the name of a component's class."""
    about = serialized or {}
    named: str | None = about.get("name") or (about.get("id") or [None])[-1]
    return named


def own_tags(tags: Sequence[str] | None) -> tuple[str, ...]:
    """Return the program's own tags."""
    return tuple(tag for tag in tags or () if not tag.startswith(_OWN_TAGS))


def own_metadata(metadata: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return the program's own metadata."""
    return {key: value for key, value in (metadata or {}).items() if not key.startswith(_OWN_METADATA)}

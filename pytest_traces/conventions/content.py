"""Reads input and output of a span: from plain and numbered attributes, events and log records."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from pytest_traces.conventions.lookup import Key, decoded, first

_HISTORY, _HISTORY_LENGTH = "pydantic_ai.all_messages", "pydantic_ai.new_message_index"
_LF = "langfuse.observation"
_ANY_INPUT: tuple[Key, ...] = ("input.value", "traceloop.entity.input", "mlflow.spanInputs", f"{_LF}.input")
_ANY_OUTPUT: tuple[Key, ...] = ("output.value", "traceloop.entity.output", "mlflow.spanOutputs", f"{_LF}.output")

INPUTS: dict[str, tuple[Key, ...]] = {
    "tool": (
        "gen_ai.tool.call.arguments",
        "tool_arguments",
        "ai.toolCall.args",
        "gcp.vertex.agent.tool_call_args",
        "event:gen_ai.tool.message:content",
        *_ANY_INPUT,
        "tool.parameters",
    ),
    "retrieval": ("gen_ai.retrieval.query.text", *_ANY_INPUT),
    "reranker": ("reranker.query", *_ANY_INPUT),
    "embedding": ("ai.value", "ai.values", *_ANY_INPUT, "embedding.embeddings.*.embedding"),
    "http": (*_ANY_INPUT, "url.full", "http.url"),
    "db": (*_ANY_INPUT, "db.query.text", "db.statement"),
    "other": (
        "gen_ai.input.messages",
        _HISTORY,
        "llm.input_messages.*.message",
        "gen_ai.prompt.*",
        "event:gen_ai.message",
        "ai.prompt.messages",
        "ai.prompt",
        *_ANY_INPUT,
        "request_data",
    ),
}
"""The attributes that may hold the input of a type.

`a.*.b` gathers `a.0.b.c`, `a.1.b.c`, ... into a list. `event:a` gathers the events of a name, `event:a:b` is field `b`
of the last of them.
"""

OUTPUTS: dict[str, tuple[Key, ...]] = {
    "tool": (
        "gen_ai.tool.call.result",
        "tool_response",
        "ai.toolCall.result",
        "gcp.vertex.agent.tool_response",
        "event:gen_ai.choice:message",
        *_ANY_OUTPUT,
    ),
    "retrieval": ("gen_ai.retrieval.documents", "retrieval.documents.*.document", *_ANY_OUTPUT),
    "reranker": ("reranker.output_documents.*.document", *_ANY_OUTPUT),
    "embedding": ("ai.embedding", "ai.embeddings", *_ANY_OUTPUT),
    "http": (*_ANY_OUTPUT, "http.response.status_code", "http.status_code"),
    "other": (
        "gen_ai.output.messages",
        "final_result",
        "llm.output_messages.*.message",
        "gen_ai.completion.*",
        "event:gen_ai.choice",
        "ai.response.text",
        "ai.response.object",
        "ai.response.toolCalls",
        "ai.result.text",
        "ai.result.object",
        "ai.result.toolCalls",
        *_ANY_OUTPUT,
        "response_data",
    ),
}

_SYSTEM = "gen_ai.system_instructions"
_DETAILS = "gen_ai.client.inference.operation.details"  # an event with the attributes of the messages
_ROLES = ("system", "user", "assistant", "tool")


class SpanEvent(NamedTuple):
    """An event of a span, or a log record that refers to the span, as exported."""

    name: str
    t: float
    """Unix milliseconds."""
    attributes: Mapping[str, Any] = {}
    body: Any = None
    """The body of a log record."""

    @property
    def payload(self) -> dict[str, Any]:
        """Its content, as the payload of an `Event`."""
        return dict(self.attributes) if self.body is None else {**self.attributes, "body": self.body}

    @property
    def message(self) -> dict[str, Any]:
        """Its content as a message of a conversation: body and attributes, decoded."""
        carried = self.body if isinstance(self.body, Mapping) else {} if self.body is None else {"body": self.body}
        return {key: decoded(value) for key, value in {**carried, **self.attributes}.items()}


def read_input(attributes: Mapping[str, Any], events: Sequence[SpanEvent], type: str) -> Any:
    """Return the input; system instructions come before the messages of the same request."""
    read = _content(attributes, events, INPUTS.get(type, INPUTS["other"]))
    instructions = first(_with_details(attributes, events), (_SYSTEM,))
    if instructions is None or type == "tool":
        return read
    system = {"role": "system", "parts": instructions} if isinstance(instructions, list) else instructions
    return [system, *read] if isinstance(read, list) else [system] if read is None else read


def read_output(attributes: Mapping[str, Any], events: Sequence[SpanEvent], type: str) -> Any:
    """Return the output."""
    return _content(attributes, events, OUTPUTS.get(type, OUTPUTS["other"]))


def _content(attributes: Mapping[str, Any], events: Sequence[SpanEvent], keys: Iterable[Key]) -> Any:
    held = _with_details(attributes, events)
    for key in keys:
        if not isinstance(key, str):
            value = first(held, [key])
        elif key.startswith("event:"):
            value = _from_events(events, *key.split(":")[1:])
        elif "*" in key:
            value = _numbered(held, key) or None
        elif key == _HISTORY:
            value = _went_in(decoded(held.get(key)), held.get(_HISTORY_LENGTH))
        else:
            value = decoded(held.get(key))
        if value is not None:
            return value
    return None


def _went_in(messages: Any, history: Any) -> Any:
    """Return a conversation of pydantic-ai up to the first answer of the run.

    `history` counts the requests and responses of earlier runs; a request may be several messages.
    """
    if not isinstance(messages, list):
        return messages
    earlier = history if isinstance(history, int) else 0
    turns = 0
    before: Any = "assistant"
    for place, message in enumerate(messages):
        role = message.get("role") if isinstance(message, Mapping) else None
        turns += "assistant" in (role, before)
        if role == "assistant" and turns > earlier:
            return messages[:place]
        before = role
    return messages


def _with_details(attributes: Mapping[str, Any], events: Sequence[SpanEvent]) -> Mapping[str, Any]:
    details = next((event for event in events if event.name == _DETAILS), None)
    return attributes if details is None else {**details.message, **attributes}


def _from_events(events: Sequence[SpanEvent], name: str, field: str | None = None) -> Any:
    """Read messages from events: `gen_ai.choice`, or those of any role as `gen_ai.user.message`."""
    if field is not None:
        return next((event.message.get(field) for event in reversed(events) if event.name == name), None)
    messages: list[Any] = []
    for event in events:
        role = event.name.removeprefix("gen_ai.").removesuffix(".message")
        if event.name == name:
            messages.append(event.message)
        elif name == "gen_ai.message" and role in _ROLES:
            messages.append({"role": role, **event.message})
    return messages or None


def _numbered(attributes: Mapping[str, Any], pattern: str) -> list[Any]:
    """Collect attributes such as `llm.input_messages.0.message.role` in a list of nested values."""
    prefix, _, level = pattern.partition("*")
    rows: dict[int, Any] = {}
    for key, value in attributes.items():
        if key.startswith(prefix):
            number, *names = key.removeprefix(prefix).split(".")
            if number.isdecimal() and names and f".{names[0]}" == level:
                names = names[1:]
            if number.isdecimal():
                rows[int(number)] = _put(rows.get(int(number)), names, decoded(value))
    return [_lists(rows[number]) for number in sorted(rows)]


def _put(into: Any, names: list[str], value: Any) -> Any:
    if not names:
        return value
    into = into if isinstance(into, dict) else {}
    into[names[0]] = _put(into.get(names[0]), names[1:], value)
    return into


def _lists(value: Any) -> Any:
    """Turn mappings with numbers as keys into lists, and drop the singular level: `tool_calls.0.tool_call.id`."""
    if not isinstance(value, dict):
        return value
    if value and all(name.isdecimal() for name in value):
        items = [_lists(value[name]) for name in sorted(value, key=int)]
        return [next(iter(item.values())) if _is_wrapped(item) else item for item in items]
    return {name: _lists(item) for name, item in value.items()}


def _is_wrapped(item: Any) -> bool:
    return isinstance(item, dict) and len(item) == 1 and isinstance(next(iter(item.values())), dict)

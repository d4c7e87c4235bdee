"""The answer to one call, and the plain form in which a span keeps what a model said."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, ClassVar

from pytest_traces.conventions.units import OPENAI, Units

Body = Mapping[str, Any]
"""JSON of a request, of a reply, or of a streamed event."""


class Reply:
    """The reply to a call: a whole body, or the events of a stream."""

    units: ClassVar[Units] = OPENAI
    """The units of the provider."""

    def __init__(self, asked: Body) -> None:
        self.asked = asked
        self.model: str | None = None
        """The model that answered."""
        self.usage: Any = None
        """The provider's counts: a model of the SDK, or a mapping."""
        self.about: dict[str, Any] = {}
        """Further data: its id, the reason of its end."""
        self.fault: tuple[str, str] | None = None
        """Type and message of a failure that the provider reports inside a successful response."""
        self.complete = False
        """Whether the provider sent the end of the stream."""

    def take(self, body: Body) -> None:
        """Read a whole body."""
        self.model = body.get("model") or self.model
        self.usage = body.get("usage") or self.usage
        self.note(body, "id")
        self.fail_with(body.get("error"))

    def add(self, event: Any) -> Iterator[Any]:
        """Read an event of a stream; yields the pieces to record."""
        yield from ()

    def output(self) -> Any:
        """Return the output, in plain form."""
        return None

    def fail_with(self, error: Any) -> None:
        """Keep the error that a provider reports inside a successful response, if there is one."""
        told = fields_of(error)
        if told:
            self.fault = str(told.get("code") or told.get("type") or "error"), str(told.get("message") or "")

    def note(self, body: Body, *keys: str) -> None:
        """Keep some fields of a body beside the output."""
        for key in keys:
            held = body.get(key)
            if held is not None:
                self.about[key] = dumped(held)


def said(text: Any, tool_calls: Iterable[Body] = (), **more: Any) -> Any:
    """Return the content of a message: its text, or a mapping of all parts.

    >>> said("Rain.")
    'Rain.'
    >>> said("", [{"name": "geocode", "arguments": {"city": "Paris"}, "id": "c1"}])
    {'tool_calls': [{'name': 'geocode', 'arguments': {'city': 'Paris'}, 'id': 'c1'}]}
    """
    held = {"text": text, **more, "tool_calls": list(tool_calls)}
    held = {key: value for key, value in held.items() if value not in (None, "", [])}
    return text if set(held) <= {"text"} else held


def tool_call(name: Any, arguments: Any, id: Any) -> dict[str, Any]:
    """Return a call of a tool that a model asks for; its arguments are decoded if they are JSON."""
    return {"name": name, "arguments": decoded(arguments), "id": id}


def decoded(text: Any) -> Any:
    """Decode JSON; any other text stays as it is, because a stream may break off."""
    try:
        return json.loads(text) if isinstance(text, str) else text
    except ValueError:
        return text


def fields_of(value: Any) -> Body:
    """Return the fields of a model of the SDK without a copy, or a mapping itself; empty for other types.

    An absent field may be `None`. Only one level is read: a dump of each event would cost more than the SDK's reading.
    """
    if type(value) is dict:
        return value
    held: Body = getattr(value, "__dict__", {})
    more: Body | None = getattr(value, "__pydantic_extra__", None)
    return {**held, **more} if more else held


def body_of(value: Any) -> Body:
    """Return a model of the SDK as a mapping with the data of the provider; empty for other types."""
    body = dumped(value)
    return body if isinstance(body, Mapping) else {}


def dumped(value: Any) -> Any:
    """Return a model of the SDK as the data of the provider; any other value is returned itself."""
    dump = getattr(value, "model_dump", None)
    return value if dump is None else dump(exclude_unset=True, warnings=False)


def piece_of_tool(index: Any, name: str | None, arguments: str | None) -> Iterator[dict[str, Any]]:
    """Yield the piece that begins a streamed tool call, or continues its arguments."""
    if name:
        yield {"type": "tool_use", "id": str(index), "name": name, "input": arguments or ""}
    elif arguments:
        yield {"type": "tool_use_delta", "id": str(index), "tool_use_delta": arguments}


def piece_of_thinking(index: Any, text: str) -> dict[str, Any]:
    """Return a piece of streamed reasoning."""
    return {"type": "thinking_delta", "id": str(index), "thinking_delta": text}

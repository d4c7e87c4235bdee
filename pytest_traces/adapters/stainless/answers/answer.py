"""The parts that the answers of all endpoints share: ids, arguments, pieces of a text, events."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from uuid import uuid4

from pytest_traces.runtime.effects import Calls, Responds, Says

Answering = Callable[[Mapping[str, Any], Says | Calls], Responds | None]
"""Makes the response to a request; `None` if the endpoint has no such response."""


def unanswered(asked: Mapping[str, Any], effect: Says | Calls) -> None:
    """Return `None`: this endpoint returns no words."""


def issued(prefix: str) -> str:
    """Return an id as a provider issues it, new for each response."""
    return f"{prefix}{uuid4().hex}"


def arguments_of(effect: Calls) -> str:
    """Return the arguments as a model writes them."""
    return effect.arguments if isinstance(effect.arguments, str) else json.dumps(effect.arguments)


def pieces(text: str) -> list[str]:
    """Cut a text into words, as a model streams it.

    >>> pieces("It rains. ")
    ['It ', 'rains. ']
    """
    return re.findall(r"\s*\S+\s*|\s+", text)


def stream(events: Iterable[Mapping[str, Any]], *, done: bool = False) -> Responds:
    """Return server-sent events; an event with a type is named by it, as providers do."""
    texts = [_name(event) + f"data: {json.dumps(event)}\n\n" for event in events]
    return Responds(200, body="".join([*texts, *["data: [DONE]\n\n"] * done]))


def _name(event: Mapping[str, Any]) -> str:
    return f"event: {event['type']}\n" if "type" in event else ""

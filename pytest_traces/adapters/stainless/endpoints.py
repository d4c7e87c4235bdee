"""The endpoints of models: the types of their spans, their input fields, and the classes of their replies."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from pytest_traces.adapters.stainless.answers.answer import Answering, unanswered
from pytest_traces.adapters.stainless.answers.chat import chat_completion, text_completion
from pytest_traces.adapters.stainless.answers.messages import message
from pytest_traces.adapters.stainless.answers.responses import response
from pytest_traces.adapters.stainless.replies.chat import ChatReply, CompletionReply
from pytest_traces.adapters.stainless.replies.messages import MessageReply
from pytest_traces.adapters.stainless.replies.reply import Body, Reply
from pytest_traces.adapters.stainless.replies.responses import ResponsesReply
from pytest_traces.adapters.stainless.replies.results import EmbeddingReply, ImageReply, ModerationReply


@dataclass(frozen=True)
class Endpoint:
    """One kind of call."""

    path: str
    """The end of its URL."""
    type: str
    """The type of its spans."""
    reply: Callable[[Body], Reply]
    words: tuple[str, ...]
    """The fields of a request that are its input: their mapping, or the value of the only one."""
    answer: Answering = unanswered
    """Makes the response in which the model says or calls what a test lets it."""

    @property
    def operation(self) -> str:
        """Its name, as in `chat.completions`."""
        return self.path.strip("/").replace("/", ".")

    def input(self, asked: Body) -> Any:
        """Return the input of the model."""
        if len(self.words) == 1:
            return asked.get(self.words[0])
        return {word: asked[word] for word in self.words if word in asked}

    def parameters(self, asked: Body) -> dict[str, Any]:
        """Return the parameters of the request."""
        known = {"model", "metadata", *self.words}
        return {name: value for name, value in asked.items() if name not in known}


ENDPOINTS = (
    Endpoint("/chat/completions", "llm", ChatReply, ("messages", "tools", "functions"), chat_completion),
    Endpoint("/responses", "llm", ResponsesReply, ("instructions", "prompt", "input", "tools"), response),
    Endpoint("/responses/compact", "llm", ResponsesReply, ("instructions", "input")),
    Endpoint("/messages", "llm", MessageReply, ("system", "messages", "tools"), message),
    Endpoint("/completions", "llm", CompletionReply, ("prompt",), text_completion),
    Endpoint("/embeddings", "embedding", EmbeddingReply, ("input",)),
    Endpoint("/moderations", "guardrail", ModerationReply, ("input",)),
    Endpoint("/images/generations", "image", ImageReply, ("prompt",)),
    Endpoint("/images/edits", "image", ImageReply, ("prompt",)),
    Endpoint("/images/variations", "image", ImageReply, ("image",)),
)
"""A URL that ends like two of them belongs to the first."""

_NOT_GIVEN = ("NotGiven", "Omit")
"""The SDKs' values for parameters that the program left out."""


@lru_cache(maxsize=256)
def endpoint_of(method: str, url: str) -> Endpoint | None:
    """Return the endpoint of a request; `None` if no model works there."""
    if method.lower() != "post":
        return None
    path = url.partition("?")[0].rstrip("/")
    return next((one for one in ENDPOINTS if path.endswith(one.path)), None)


def asked_of(options: Any) -> Body:
    """Return the body of a request, with the program's own additions."""
    parts = (part for part in (options.json_data, options.extra_json) if isinstance(part, Mapping))
    return {key: value for part in parts for key, value in part.items() if type(value).__name__ not in _NOT_GIVEN}

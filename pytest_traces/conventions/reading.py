"""Reads the attributes of an OpenTelemetry span, live or from a file, as fields of our model.

It never raises: an attribute of an unexpected kind counts as missing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pytest_traces.conventions.content import SpanEvent, read_input, read_output
from pytest_traces.conventions.kinds import model_name, span_name, span_type, tool_call_id
from pytest_traces.conventions.lookup import Key, amount, count, decoded, first, text
from pytest_traces.conventions.usage import miscounts, read_usage
from pytest_traces.model.consumption.usage import Usage
from pytest_traces.model.span import SpanError
from pytest_traces.model.words.event_types import CHUNK, ERROR, RETRY
from pytest_traces.model.words.span_types import MODEL_CALLS
from pytest_traces.model.words.status import Status

TAGS: tuple[Key, ...] = ("tag.tags", "langfuse.trace.tags")

METADATA: tuple[Key, ...] = ("metadata",)
"""Attributes that hold a mapping of metadata."""

METADATA_PREFIXES = (
    "langfuse.observation.metadata.",
    "traceloop.association.properties.",
    "mlflow.traceTag.",
    "ai.telemetry.metadata.",
)

METADATA_NAMES = {
    "gen_ai.conversation.id": "conversation_id",
    "session.id": "session_id",
    "user.id": "user_id",
    "gen_ai.data_source.id": "data_source_id",
    "pydantic_ai.tool.retry.cause": "retry_cause",
    "pydantic_ai.tool.retry.attempt": "retry_attempt",
    "pydantic_ai.output.retry.cause": "retry_cause",
    "pydantic_ai.output.retry.attempt": "retry_attempt",
}

CHUNKS = frozenset({"First Token Stream Event", "ai.stream.firstChunk", "gen_ai.content.completion.chunk"})
"""Events that mark a streamed piece."""

FIRST_CHUNK: tuple[Key, ...] = ("gen_ai.response.time_to_first_chunk",)
"""Seconds from the start to the first streamed piece; read if no event marks that piece."""

RESENT: dict[str, tuple[Key, ...]] = {
    "llm": ("http.request.resend_count",),
    "embedding": ("http.request.resend_count",),
    "task": ("crewai.guardrail.retry_count",),
}
"""Attributes that count further attempts inside one span, by type of the span."""

FAILURES = ("langfuse.observation.level", "gen_ai.tool.status")
"""Attributes whose value `error` marks a failed span."""

_EXCEPTIONS = ("exception", "gen_ai.client.operation.exception")
_MOST_RESENT = 1_000  # a larger count is a mistake of its exporter, and its attempts would fill the memory


@dataclass(frozen=True, slots=True)
class SpanReading:
    """The attributes of a span as fields of the model."""

    name: str
    type: str
    status: Status
    error: SpanError | None
    input: Any
    output: Any
    model: str | None
    own_usage: Usage | None
    """`None` if nothing was reported."""
    tags: tuple[str, ...]
    metadata: dict[str, Any]
    attributes: Mapping[str, Any]
    """All attributes, unchanged."""
    call_id: str | None
    """The id of this tool call in the message of the model; `None` for other spans."""
    events: tuple[SpanEvent, ...]
    """Its events; known ones are named `chunk`, `retry` and `error`."""

    @property
    def fields(self) -> dict[str, Any]:
        """The fields that are known when a span ends: input, output, error, model, usage, tags and metadata."""
        kept = ("input", "output", "error", "model", "own_usage", "tags", "metadata", "attributes")
        return {name: getattr(self, name) for name in kept}


def read_span(
    name: str,
    attributes: Mapping[str, Any],
    events: Sequence[SpanEvent] = (),
    *,
    failed: bool | None = None,
    message: str = "",
    t0: float = 0.0,
    ended: bool = True,
) -> SpanReading:
    """Return the reading of a span.

    `events` are its events and the log records that refer to it. `failed` and `message` are its status: ERROR is
    `True`, OK is `False`, UNSET is `None`. Attempts that are only counted get the time `t0`.

    >>> chat = read_span("chat gpt-4o", {"gen_ai.operation.name": "chat", "gen_ai.request.model": "gpt-4o"})
    >>> (chat.type, chat.name, chat.model, chat.status)
    ('llm', 'gpt-4o', 'gpt-4o', 'success')
    """
    type = span_type(attributes)
    called = span_name(name, attributes, type)
    model = model_name(attributes)
    error = exception_of(attributes, events, message) if _has_failed(attributes, events, failed) else None
    status = _status(error, ended=ended)
    return SpanReading(
        name=called,
        type=type,
        status=status,
        error=None if status == "cancelled" else error,
        input=read_input(attributes, events, type),
        output=read_output(attributes, events, type),
        model=model,
        own_usage=read_usage(attributes, type, model or called) or _unreported(attributes, type, called, status),
        tags=_tags(attributes),
        metadata=_metadata(attributes),
        attributes=attributes,
        call_id=tool_call_id(attributes, type),
        events=tuple(_events(attributes, events, type, t0)),
    )


def _unreported(attributes: Mapping[str, Any], type: str, name: str, status: Status) -> Usage | None:
    """Return an unreported usage for a failed call with an invalid count; the tree does so for other calls."""
    is_unknown = status == "error" and type in MODEL_CALLS and miscounts(attributes)
    return Usage(unreported=(name,)) if is_unknown else None


def _has_failed(attributes: Mapping[str, Any], events: Iterable[SpanEvent], failed: bool | None) -> bool:
    if failed is not None:
        return failed
    levels = (attributes.get(key) for key in FAILURES)
    logged = any(event.name == "gen_ai.client.operation.exception" for event in events)
    return logged or "error.type" in attributes or any(str(level).lower() == "error" for level in levels)


def exception_of(attributes: Mapping[str, Any], events: Sequence[SpanEvent], message: str) -> SpanError:
    """Return the error; its type is the name of the class without its package."""
    raised = next((event for event in reversed(events) if event.name in _EXCEPTIONS), None)
    about = attributes if raised is None else raised.attributes
    type = str(about.get("exception.type") or attributes.get("error.type") or "Error")
    return SpanError(
        type=type.rpartition(".")[2] or type,
        message=str(about.get("exception.message", message)),
        traceback=text(about, ("exception.stacktrace",)),
    )


def _status(error: SpanError | None, *, ended: bool) -> Status:
    if not ended:
        return "running"  # a running span keeps the error that it has
    if error is None:
        return "success"
    return "cancelled" if error.type == "CancelledError" else "error"


def _tags(attributes: Mapping[str, Any]) -> tuple[str, ...]:
    tags = first(attributes, TAGS)
    return tuple(map(str, tags)) if isinstance(tags, (list, tuple)) else () if tags is None else (str(tags),)


def _metadata(attributes: Mapping[str, Any]) -> dict[str, Any]:
    whole = first(attributes, METADATA)
    metadata: dict[str, Any] = dict(whole) if isinstance(whole, Mapping) else {}
    for name, value in attributes.items():
        prefix = next((prefix for prefix in METADATA_PREFIXES if name.startswith(prefix)), None)
        if prefix is not None:
            metadata[name.removeprefix(prefix)] = decoded(value)
        elif name in METADATA_NAMES:
            metadata[METADATA_NAMES[name]] = value
    return metadata


def _events(attributes: Mapping[str, Any], events: Iterable[SpanEvent], type: str, t0: float) -> Iterator[SpanEvent]:
    for _ in range(min(count(attributes, RESENT.get(type, ())) or 0, _MOST_RESENT)):
        yield SpanEvent(RETRY, t0)
    wait = amount(attributes, FIRST_CHUNK)
    if wait is not None and not any(event.name in CHUNKS for event in events):
        yield SpanEvent(CHUNK, t0 + wait * 1_000)
    for event in events:
        if event.name in _EXCEPTIONS:
            about = {key.removeprefix("exception."): value for key, value in event.attributes.items()}
            yield SpanEvent(ERROR, event.t, about)
        else:
            yield event._replace(name=CHUNK) if event.name in CHUNKS else event

"""Timbal's spans as spans of our model."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from timbal.types.events import OutputEvent
from timbal.types.message import Message

from pytest_traces.model.span import SpanError
from pytest_traces.model.words.span_types import known_type
from pytest_traces.model.words.status import Status
from pytest_traces.runtime.recording.recorder import Record
from pytest_traces.runtime.values.plain import plain

_TYPES = {
    "timbal.core.agent.Agent": "agent",
    "timbal.core.workflow.Workflow": "workflow",
}
_STANDARD_FIELDS = frozenset({"type", "run_id", "parent_run_id", "path", "call_id", "parent_call_id"})
_CLOCKS = frozenset({"t0", "t1", "t", "latency_ms"})
_FRAMEWORK_METADATA = frozenset({
    "approval", "background_handoff", "compaction", "context_measurement", "dispatch_failed", "guardrails",
    "invoked_by", "invoked_runs", "max_iter_reached", "model_name", "model_provider", "offload", "pending_approvals",
    "pending_interactions", "requested_parent_id", "requested_tool", "session_events", "suspension", "tool_call_id",
    "tool_not_found", "tps", "trigger", "ttft",
})  # fmt: skip


class Outcome(NamedTuple):
    """How a call ended."""

    status: Status
    error: SpanError | None


def runnable_type(runnable: Any) -> str:
    """Return the type of a runnable: agent, workflow or tool."""
    names = (f"{kind.__module__}.{kind.__qualname__}" for kind in type(runnable).__mro__)
    return next((_TYPES[name] for name in names if name in _TYPES), "tool")


def span_type(span: Any) -> str:
    """Return the type of a span: the one that the program named, else that of its runnable."""
    named = span.metadata.get("type")
    if isinstance(named, str) and named and named != type(span.runnable).__name__:
        return known_type(named)
    return runnable_type(span.runnable)


def redacted(value: Any, context: Any) -> Any:
    """Return a plain copy as the run's tracing provider would have kept it."""
    redact = getattr(context._tracing_provider, "_trace_redactor", None)
    copied = plain(value)
    return copied if redact is None else plain(redact(copied))


def payload(event: Any) -> dict[str, Any]:
    """Return the fields of an event without ids and times."""
    left_out = _STANDARD_FIELDS | _CLOCKS
    return {key: value for key, value in event.model_dump().items() if key not in left_out and value is not None}


def end(record: Record, span: Any, context: Any, outcome: Outcome | None = None) -> None:
    """End a record with the data of Timbal's span, or of an output event without a span.

    `outcome` is the outcome of background work: Timbal's span holds only the launch.
    """
    if span.status is None:  # the stream was not closed
        return
    outcome = outcome or Outcome(span.status.code, _error(span, context))
    metadata = {key: value for key, value in span.metadata.items() if key != "type"}
    own = {key: value for key, value in metadata.items() if key not in _FRAMEWORK_METADATA}
    of_timbal = {key: value for key, value in metadata.items() if key in _FRAMEWORK_METADATA}
    if span.parent_call_id is None and context.parent_id is not None:
        of_timbal["parent_run_id"] = context.parent_id  # the run whose session this run continues
    tags = own.get("tags")
    record.end(
        outcome.status,
        input=redacted(_faithful(span.input, getattr(span, "_input_dump", None)), context),
        output=_output(span, context),
        error=outcome.error,
        model=model_of(metadata),
        tags=tuple(tags) if isinstance(tags, (list, tuple)) and all(isinstance(tag, str) for tag in tags) else (),
        metadata=redacted({**own, **(getattr(span, "_extra", None) or {})}, context),
        attributes=redacted({"status": span.status.model_dump(), **of_timbal}, context),
    )


def _output(span: Any, context: Any) -> Any:
    """Return the output; a message gets its text as a field of its own, because tests compare the text."""
    live, dump = span.output, getattr(span, "_output_dump", None)
    if isinstance(live, OutputEvent):  # for a background agent Timbal keeps the whole event of its model
        live, dump = live.output, (dump or {}).get("output")
    if not issubclass(type(live), Message):
        return redacted(_faithful(live, dump), context)
    message = dump or {"role": live.role, "content": live.content, "stop_reason": live.stop_reason}
    text = live.collect_text()
    return redacted({**message, "text": text} if text else message, context)


def model_of(metadata: dict[str, Any]) -> str | None:
    """Return the model with its provider, if Timbal knows it."""
    name = metadata.get("model_name")
    return f"{metadata['model_provider']}/{name}" if name and metadata.get("model_provider") else name


def _error(span: Any, context: Any) -> SpanError | None:
    error = redacted(_cause(span, context), context)
    if error is None:
        return None
    if not isinstance(error, dict):
        return SpanError(type=span.status.reason or "error", message=str(error))
    message, trace = error.get("message"), error.get("traceback")
    return SpanError(type=str(error.get("type", "error")), message=str(message or ""), traceback=trace)


def _cause(span: Any, context: Any) -> Any:
    """Return the error of the model for an agent that repeats only its text, as a `RuntimeError`."""
    error = span.error
    if isinstance(error, dict) and error.get("type") == "RuntimeError":
        for child in reversed(context._trace.as_records()):
            if child.parent_call_id == span.call_id and child.error and str(child.error) == error.get("message"):
                return child.error
    return error


def _faithful(live: Any, dump: Any) -> Any:
    """Return Timbal's dump with two corrections; it was made before the program changed its values.

    Interrupted calls have no dump. Sets are dumped as text in the order of their hashes.
    """
    if dump is None or isinstance(live, (set, frozenset)):
        return live
    if isinstance(live, dict) and isinstance(dump, dict):
        return {key: _faithful(live.get(key), value) for key, value in dump.items()}
    if isinstance(live, (list, tuple)) and isinstance(dump, (list, tuple)) and len(live) == len(dump):
        return [_faithful(one, value) for one, value in zip(live, dump, strict=True)]
    return dump


class Pieces:
    """Reads the items of one stream.

    Texts stay texts and items of generators are unchanged; thoughts and tool calls are Timbal's own items.
    """

    def __init__(self) -> None:
        self._ids: dict[str, str] = {}

    def read(self, item: Any) -> Iterator[Any]:
        """Yield the piece of an item, if it has one: the end of a block has none."""
        if item.type == "text" or item.type == "text_delta":
            text = item.text if item.type == "text" else item.text_delta
            if text:
                yield text
        elif item.type == "custom":
            yield item.data
        elif item.type != "content_block_stop":
            piece = {key: value for key, value in item.model_dump().items() if value is not False}
            yield {**piece, "id": self._ids.setdefault(item.id, str(len(self._ids)))}  # ids are random

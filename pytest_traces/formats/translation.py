"""From an exporter's words to the model's."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pytest_traces.formats import vocabulary as words
from pytest_traces.formats.checking import checked_own_span, checked_span, checked_usage
from pytest_traces.formats.document import Malformed, decode, refuse_unknown
from pytest_traces.formats.exported import Exported
from pytest_traces.formats.gathering import Found, Note
from pytest_traces.formats.lookup import amount, content, count, decoded, first
from pytest_traces.model.span import Span
from pytest_traces.model.usage import ModelUsage, Usage
from pytest_traces.runtime.export.otlp import OWN

_COUNTED = ("llm", "embedding")
"""Who consumes tokens; what agents and workflows report repeats it."""


def translate(exported: Iterable[Exported]) -> Iterator[Found]:
    """Translate the spans of a file; ids become longer where two traces use the same one."""
    spans = [span for span in exported if span.attributes.get("logfire.span_type") != "pending_span"]
    ambiguous = len({span.span_id for span in spans}) < len({(span.trace_id, span.span_id) for span in spans})
    for span in spans:
        if ambiguous:
            span.span_id = f"{span.trace_id}:{span.span_id}"
            span.parent_id = span.parent_id and f"{span.trace_id}:{span.parent_id}"
        ours = OWN + "type" in span.attributes
        yield _our_own(span) if ours else _foreign(span)


def _our_own(span: Exported) -> Found:
    """Read back a span that pytest-traces itself exported: nothing needs guessing."""
    said = {name.removeprefix(OWN): value for name, value in span.attributes.items() if name.startswith(OWN)}
    for name in ("input", "output", "metadata", "attributes", "usage"):
        said[name] = _ours(said.get(name), span)
    usage = said.pop("usage")
    refuse_unknown(said, Span.model_fields, f"span {span.name!r}", line=span.line)
    fields: dict[str, Any] = {
        "call_id": span.span_id,
        "parent_call_id": span.parent_id,
        "run_id": span.trace_id,
        **{name: value for name, value in said.items() if value is not None},
        "name": span.name,
        "t0": span.t0,
        "t1": span.t1,
        "usage": checked_usage(usage, span.name),
        "error": _error(span) if "error.type" in span.attributes else None,
        "model": span.attributes.get("gen_ai.request.model"),
    }
    noted = [event for event in span.events if event.name != "exception" or OWN + "payload" in event.attributes]
    notes = [Note(event.name, event.t, _ours(event.attributes.get(OWN + "payload"), span)) for event in noted]
    return Found(checked_own_span(fields, span.line), span.line, notes)


def _ours(value: Any, span: Exported) -> Any:
    """Decode a value that pytest-traces wrote: all of them are JSON."""
    try:
        return None if value is None else decode(value)
    except (TypeError, ValueError, RecursionError):
        raise Malformed(f"span {span.name!r} holds {value!r:.80}, expected JSON", line=span.line) from None


def _foreign(span: Exported) -> Found:
    kind = span_type(span.attributes)
    model = _model(span.attributes)
    error = _error(span) if _failed(span) else None
    fields = {
        "name": _name(span, kind),
        "type": kind,
        "call_id": span.span_id,
        "parent_call_id": span.parent_id,
        "run_id": span.trace_id or span.span_id,
        "t0": span.t0,
        "t1": span.t1,
        "input": content(span, words.INPUTS.get(kind, words.INPUTS["other"])),
        "output": content(span, words.OUTPUTS.get(kind, words.OUTPUTS["other"])),
        "error": error,
        "status": _status(span, error),
        "usage": _usage(span, kind, model or span.name, failed=_status(span, error) == "error")
        if kind in _COUNTED
        else Usage(),
        "model": model,
        "tags": _tags(span.attributes),
        "metadata": _metadata(span),
        "attributes": span.attributes,
        "source": span.source,
    }
    return Found(checked_span(fields, span.line), span.line, list(_notes(span, kind)))


def span_type(attributes: Mapping[str, Any]) -> str:
    """Tell what kind of work a span was; `span` where nothing tells."""
    kind = first(attributes, words.KIND)
    if kind is not None:
        name = str(kind).lower()
        return words.TYPES.get(name, name)
    if "mcp.method.name" in attributes:
        return "tool" if attributes["mcp.method.name"] == "tools/call" else "mcp"
    return next((type for name, type in words.HINTS if name in attributes), "span")


def _name(span: Exported, kind: str) -> str:
    """Name what was called: `get_weather`, where conventions have `execute_tool get_weather`."""
    called = first(span.attributes, words.NAMES.get(kind, ()))
    if called is not None:
        return str(called)
    operation = span.attributes.get("gen_ai.operation.name")
    return span.name.removeprefix(f"{operation} ") if operation else span.name


def _model(attributes: Mapping[str, Any]) -> str | None:
    model, provider = first(attributes, words.MODEL), first(attributes, words.PROVIDER)
    if model is None:
        return None
    return str(model) if provider is None or "/" in str(model) else f"{provider}/{model}"


def _usage(span: Exported, kind: str, model: str, *, failed: bool) -> Usage:
    """Read what a call reported; where one count is no count, the call's usage is unknown, and no sum holds."""
    attributes = span.attributes
    if any(_miscounts(attributes, keys) for keys in (*words.TOKENS.values(), *words.OTHER_UNITS.values())):
        # of a call that did not fail the harvest finds it out itself
        return Usage(unreported=(_name(span, kind),)) if failed else Usage()
    counts = {unit: count(attributes, keys) for unit, keys in words.TOKENS.items()}
    total = counts.pop("total_tokens")
    if total is not None and counts["input_tokens"] is None:
        counts["input_tokens"] = max(0, total - (counts["output_tokens"] or 0))
    reported = {unit: number for unit, number in counts.items() if number is not None}
    if not reported:
        return Usage()
    other = {unit: count(attributes, keys) for unit, keys in words.OTHER_UNITS.items()}
    used = ModelUsage(
        **reported,
        requests=1,
        cost_usd=amount(attributes, words.COST),
        other={unit: number for unit, number in other.items() if number is not None},
    )
    return Usage(by_model={model: used})


def _miscounts(attributes: Mapping[str, Any], keys: Iterable[words.Key]) -> bool:
    return first(attributes, keys) is not None and count(attributes, keys) is None


def _failed(span: Exported) -> bool:
    if span.failed is not None:
        return span.failed
    said = (span.attributes.get("langfuse.observation.level"), span.attributes.get("gen_ai.tool.status"))
    return "error.type" in span.attributes or any(str(one).lower() == "error" for one in said)


def _error(span: Exported) -> dict[str, Any]:
    """Say what went wrong; the type is the class's own name, without its package."""
    raised = span.event("exception")
    about = span.attributes if raised is None else raised.attributes
    type = about.get("exception.type") or span.attributes.get("error.type") or "Error"
    return {
        "type": str(type).rpartition(".")[2] or str(type),
        "message": str(about.get("exception.message", span.message)),
        "traceback": about.get("exception.stacktrace"),
    }


def _status(span: Exported, error: Mapping[str, Any] | None) -> str:
    if error is not None:
        return "cancelled" if error["type"] == "CancelledError" else "error"
    return "running" if span.t1 is None else "success"


def _tags(attributes: Mapping[str, Any]) -> tuple[str, ...]:
    tags = first(attributes, words.TAGS)
    return tuple(map(str, tags)) if isinstance(tags, list) else () if tags is None else (str(tags),)


def _metadata(span: Exported) -> dict[str, Any]:
    whole = first(span.attributes, words.METADATA)
    metadata: dict[str, Any] = dict(whole) if isinstance(whole, dict) else {}
    for name, value in span.attributes.items():
        prefix = next((prefix for prefix in words.METADATA_PREFIXES if name.startswith(prefix)), None)
        if prefix is not None:
            metadata[name.removeprefix(prefix)] = decoded(value)
        elif name in words.METADATA_NAMES:
            metadata[words.METADATA_NAMES[name]] = value
    return metadata if span.service is None else {**metadata, "service": span.service}


def _notes(span: Exported, kind: str) -> Iterator[Note]:
    resent = count(span.attributes, ("http.request.resend_count",)) if kind == "llm" else None
    for _ in range(resent or 0):  # an SDK that retries inside one span tells only how often
        yield Note("retry", span.t0, {})
    for event in span.events:
        if event.name == "exception":
            about = {key.removeprefix("exception."): value for key, value in event.attributes.items()}
            yield Note("error", event.t, about)
        else:
            yield Note("chunk" if event.name in words.CHUNKS else event.name, event.t, dict(event.attributes))

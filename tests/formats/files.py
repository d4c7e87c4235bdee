"""Trace files written down in a few lines."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pytest_traces.formats.jsonl.writing import HEADER, encode_rows
from pytest_traces.model.tree import SpanTree
from pytest_traces.trace.selection import Span
from pytest_traces.trace.trace import Trace
from tests.builders import a_tree, tool

TRACE_ID = "5b8aa5a2d2c872e8321cf37308d69df2"
START_NS = 1_700_000_000_000_000_000


def span_id(number: int) -> str:
    return f"{number:016x}"


def otlp_span(number: int, name: str = "work", *, parent: int | None = None, ms: float = 0, **fields: Any) -> dict:
    """A span that starts `ms` after the others and takes 10 ms; `attributes` as plain values."""
    start = START_NS + int(ms * 1e6)
    attributes = [{"key": key, "value": any_value(value)} for key, value in fields.pop("attributes", {}).items()]
    above = {} if parent is None else {"parentSpanId": span_id(parent)}
    return {
        "traceId": TRACE_ID,
        "spanId": span_id(number),
        **above,
        "name": name,
        "startTimeUnixNano": str(start),
        "endTimeUnixNano": str(start + 10_000_000),
        "attributes": attributes,
        **fields,
    }


def any_value(value: Any) -> dict:
    if isinstance(value, bool):
        return {"boolValue": value}
    if isinstance(value, int):
        return {"intValue": str(value)}
    if isinstance(value, float):
        return {"doubleValue": value}
    if isinstance(value, list):
        return {"arrayValue": {"values": [any_value(item) for item in value]}}
    return {"stringValue": value}


def otlp(*spans: dict, scope: str = "my.scope") -> dict:
    return {"resourceSpans": [{"scopeSpans": [{"scope": {"name": scope}, "spans": list(spans)}]}]}


def load(directory: Path, *documents: Any, name: str = "trace.json") -> Trace:
    """Write values as JSON lines and load them."""
    return load_text(directory, "\n".join(json.dumps(document) for document in documents), name=name)


def load_text(directory: Path, text: str, *, name: str = "trace.json") -> Trace:
    (directory / name).write_text(text, encoding="utf-8")
    return Trace.load(directory / name)


def one_span(directory: Path, name: str = "work", *, attributes: dict[str, Any], **fields: Any) -> Span:
    """Load a single OTLP span with these attributes."""
    return only(load(directory, otlp(otlp_span(1, name, attributes=attributes, **fields))))


def only(trace: Trace) -> Span:
    [span] = trace.spans
    return span


def rows(tree: SpanTree) -> list[dict[str, Any]]:
    return [HEADER, *encode_rows(tree)]


def nested(depth: int) -> Any:
    """Return a value of lists and mappings inside one another."""
    value: Any = 1
    for level in range(depth):
        value = [value] if level % 2 else {"below": value}
    return value


LANE, SPAN = encode_rows(a_tree(tool("geocode")))
"""The lines of a recording of one tool."""

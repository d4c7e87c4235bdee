"""Writes a trace as OTLP JSON lines, which OpenTelemetry's Collector, Jaeger and otel-tui read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pytest_traces.files import json_line
from pytest_traces.formats.otlp.writing import encode_otlp
from pytest_traces.model.tree import SpanTree
from pytest_traces.redaction.masking import redact

_LINE = 256 * 1024  # characters, well below 1 MiB: the longest line that the Collector's file receiver reads


def otlp_lines(tree: SpanTree, resource: Mapping[str, Any] | None = None) -> Iterator[str]:
    """Yield requests of about 256 KiB, one on each line, with secrets masked; `resource` is the origin of the spans."""
    [from_resource] = encode_otlp(tree.spans, tree.noted, resource)["resourceSpans"]
    [scope] = from_resource["scopeSpans"]
    for spans in _portions(scope["spans"]):
        request = {"resourceSpans": [{**from_resource, "scopeSpans": [{**scope, "spans": spans}]}]}
        yield redact(json_line(request))


def _portions(spans: Iterable[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    portion: list[dict[str, Any]] = []
    size = 0
    for span in spans:
        length = len(json_line(span))
        if portion and size + length > _LINE:
            yield portion
            portion, size = [], 0
        portion.append(span)
        size += length
    if portion:
        yield portion

"""Attributes as tests write them down."""

from __future__ import annotations

from typing import Any

from pytest_traces.conventions.reading import SpanReading, read_span

LLM = {"gen_ai.operation.name": "chat", "gen_ai.request.model": "gpt-4o"}
"""A call of a model that reported nothing yet."""


def read(attributes: dict[str, Any], *events: Any, name: str = "work", **status: Any) -> SpanReading:
    return read_span(name, attributes, events, **status)

"""What counts as a model call: the one rule that the report, budgets and usage share.

The outermost span of a model call counts, whichever adapter captured it. A model call below it is its attempt: an LLM
framework's span wraps the SDK's, and both are the same call. Below a tool or a retrieval a model call counts by
itself. A model call of another type counts by itself too, as an embedding below an `llm`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from pytest_traces.model.span import SpanData
from pytest_traces.model.words.span_types import MODEL_CALLS, STEPS

Around = Mapping[str, str]
"""The nearest model call of each type around a span, by type; for a model call, the call that it is part of."""

_NONE: Mapping[str, str] = {}


def calls_around(spans: Iterable[tuple[str, str | None, str]]) -> dict[str, Around]:
    """Return the model calls around each span, given as call id, parent and type; spans outside all calls are left out.

    Parents must come before their children, and no span in between may be missing.
    """
    around: dict[str, Around] = {}
    inside: dict[str, Around] = {}
    for call_id, parent_id, type in spans:
        enclosing = _NONE if type in STEPS else inside.get(parent_id or "", _NONE)
        if enclosing:
            around[call_id] = inside[call_id] = enclosing
        if type in MODEL_CALLS:
            inside[call_id] = {**enclosing, type: call_id}
    return around


def outer_calls(call_id: str, type: str, around: Mapping[str, Around]) -> Iterator[str]:
    """Yield the model calls of a type that a span is part of, the nearest first."""
    outer = around.get(call_id, _NONE).get(type)
    while outer is not None:
        yield outer
        outer = around.get(outer, _NONE).get(type)


def llm_calls(spans: Iterable[SpanData]) -> list[SpanData]:
    """Return the calls of language models among spans, each call once; the spans include all their descendants.

    >>> [call.name for call in llm_calls(trace.spans)]
    ['gpt-4o-mini', 'gpt-4o-mini']
    """
    judged = list(spans)
    around = calls_around((span.call_id, span.parent_call_id, span.type) for span in judged)
    return [span for span in judged if span.type == "llm" and "llm" not in around.get(span.call_id, _NONE)]

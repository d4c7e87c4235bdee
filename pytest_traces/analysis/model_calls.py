"""What counts as a model call: the one rule that the report, budgets and usage share.

The outermost span of a model call counts, whichever adapter captured it. A model call below it is its attempt: an LLM
framework's span wraps the SDK's, and both are the same call. Below a tool or a retrieval a model call is a call of its
own. So is a call of another kind, as an embedding below an `llm`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from pytest_traces.model.span import SpanData
from pytest_traces.model.words.span_types import MODEL_CALLS, STEPS

Around = Mapping[str, str]
"""The nearest model call of each type around a span, by the type; of a call itself it is the call it is part of."""

_NONE: Mapping[str, str] = {}


def calls_around(spans: Iterable[tuple[str, str | None, str]]) -> dict[str, Around]:
    """Return the model calls around each span, given as call id, parent and type; spans inside none are left out.

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
    """Walk up through the model calls of a type that a span is part of, the nearest first."""
    outer = around.get(call_id, _NONE).get(type)
    while outer is not None:
        yield outer
        outer = around.get(outer, _NONE).get(type)


def llm_calls(spans: Iterable[SpanData]) -> list[SpanData]:
    """Return the calls of language models among some spans, each call once; the descendants of all are among them.

    >>> [call.name for call in llm_calls(trace.spans)]
    ['gpt-4o-mini', 'gpt-4o-mini']
    """
    judged = list(spans)
    around = calls_around((span.call_id, span.parent_call_id, span.type) for span in judged)
    return [span for span in judged if span.type == "llm" and "llm" not in around.get(span.call_id, _NONE)]

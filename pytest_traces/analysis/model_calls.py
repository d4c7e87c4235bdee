"""What counts as a model call: the one rule that the report, budgets and usage share.

The outermost span of a model call counts, whichever adapter captured it. What lies below it is its attempt: the
span of an LLM framework wraps that of the SDK, and both tell of the same call. A tool or a retrieval in between ends
this: what such a step asks a model is a call of its own. So is a call of another kind, as an embedding below an `llm`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Protocol

from pytest_traces.model.span_types import MODEL_CALLS, STEPS

if TYPE_CHECKING:  # an application records without the models
    from pytest_traces.model.span import Span


class Linked(Protocol):
    """What the rule looks at: a span, or the record of one."""

    @property
    def call_id(self) -> str: ...
    @property
    def parent_call_id(self) -> str | None: ...
    @property
    def type(self) -> str: ...


def outer_calls(spans: Iterable[Linked]) -> dict[str, str | None]:
    """Return for each model call, by id, the call whose attempt it is; `None` for a call that counts.

    Parents come before their children, and none in between may be missing.
    """
    around: dict[str, dict[str, str]] = {}
    outer: dict[str, str | None] = {}
    for span in spans:
        enclosing = _NONE if span.type in STEPS else around.get(span.parent_call_id or "", _NONE)
        if span.type in MODEL_CALLS:
            outer[span.call_id] = enclosing.get(span.type)
            enclosing = {span.type: span.call_id, **enclosing}
        if enclosing:
            around[span.call_id] = enclosing
    return outer


_NONE: dict[str, str] = {}


def llm_calls(spans: Iterable[Span]) -> list[Span]:
    """Return the calls of language models among some spans, each once; the descendants of all come with them.

    >>> [call.name for call in llm_calls(trace.spans)]
    ['gpt-4o-mini', 'gpt-4o-mini']
    """
    judged = list(spans)
    outer = outer_calls(judged)
    return [span for span in judged if span.type == "llm" and outer[span.call_id] is None]

"""How a run ends that raised: by a failure, or by an exception with which LangGraph steers the graph."""

from __future__ import annotations

from pytest_traces.adapters.toolkit.span import OpenSpan
from pytest_traces.model.words.event_types import APPROVAL


def close_chain_with(span: OpenSpan, error: BaseException) -> None:
    """End a span with what left it.

    An interrupt waits for a person: the span is cut off, and an `approval` event holds what was asked.
    A command for the parent graph is an answer. Any other exception is a failure.
    """
    names = {kind.__name__ for kind in type(error).__mro__}
    if "GraphInterrupt" in names:
        asked = error.args[0] if error.args else ()
        span.event(APPROVAL, [getattr(one, "value", None) for one in asked])
        span.end("cancelled")
    elif "GraphBubbleUp" in names:
        span.end()
    else:
        span.fail(error)

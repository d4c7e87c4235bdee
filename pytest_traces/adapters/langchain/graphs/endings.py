"""The end of a run that raised: a failure, or an exception that controls the graph."""

from __future__ import annotations

from weakref import WeakSet

from pytest_traces.adapters.toolkit.span import OpenSpan
from pytest_traces.model.words.event_types import APPROVAL
from pytest_traces.runtime.recording.ancestry import upwards

_ASKING: WeakSet[OpenSpan] = WeakSet()
"""Spans around an interrupt, whose question is recorded already."""


def close_chain_with(span: OpenSpan, error: BaseException) -> None:
    """End a span with the exception that left it.

    An interrupt waits for an approval: the span is cancelled, and an `approval` event holds the question.
    A command for the parent graph is an output. Any other exception is a failure.
    """
    names = {kind.__name__ for kind in type(error).__mro__}
    if "GraphInterrupt" in names:
        _ask(span, error)
        span.end("cancelled")
    elif "GraphBubbleUp" in names:
        span.end()
    else:
        span.fail(error)


def visible(span: OpenSpan) -> OpenSpan:
    """Return the nearest span that is drawn: it gets the events of machinery."""
    shown = next((one for one in upwards(span.record) if not one.machinery), None)
    return span if shown is None or shown.handle is None else shown.handle


def _ask(span: OpenSpan, interrupt: BaseException) -> None:
    """Record the question once: the interrupt leaves every graph around the node."""
    if span in _ASKING:
        return
    asked = interrupt.args[0] if interrupt.args else ()
    visible(span).event(APPROVAL, [getattr(one, "value", None) for one in asked])
    _ASKING.update(one.handle for one in upwards(span.record) if one.handle is not None)

"""Expectations on data flow: whether a result reached a later call, or a later model call."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from pytest_traces.analysis.ordering.causality import Causality
from pytest_traces.analysis.values import holds, mentions, telling
from pytest_traces.assertions.expectations.faults import require_spans
from pytest_traces.assertions.queries.conditions import Conditions, label
from pytest_traces.assertions.queries.scope import Scope
from pytest_traces.drawing.text import brief
from pytest_traces.errors import Mismatch
from pytest_traces.model.span import SpanData


def check_received(scope: Scope, asked: Conditions, source: Conditions) -> None:
    """Fail if a call has nothing in its input that an earlier call of the source step returned."""
    __tracebackhide__ = True
    require_spans(scope)
    receivers, sources = scope.required(asked), [one for one in scope.required(source) if not one.failed]
    _require_values(scope, "input", asked, receivers)
    _require_values(scope, "output", source, sources)
    causality = Causality(scope.tree)
    for span in receivers:
        earlier = [one for one in sources if causality.precedes(one, span)]
        if not any(_received(scope, span, one) for one in earlier):
            fact = f"it received {brief(span.input, 60)}" if earlier else "none returned before it began"
            notes = {one.call_id: f"returned {brief(one.output, 60)}" for one in sources}
            headline = f"expected {label(asked)} to receive what {label(source)} returned, {fact}"
            raise Mismatch(headline, tree=scope.draw(notes | {span.call_id: "received nothing of it"}))


def check_fed_back(scope: Scope, asked: Conditions) -> None:
    """Fail if the result of a successful call is in the input of no later model call."""
    __tracebackhide__ = True
    require_spans(scope)
    calls = [span for span in scope.required(asked) if not span.failed]
    if not calls:
        raise Mismatch(f"expected {label(asked)} to be fed back, every call of it failed", tree=scope.draw())
    _require_values(scope, "output", asked, calls)
    causality = Causality(scope.tree)
    models = [span for span in scope.tree.spans if span.type == "llm"]
    for call in calls:
        later = [model for model in models if causality.precedes(call, model)]
        if later and all(model.input is None for model in later):
            _require_values(scope, "input", Conditions(later[0].name), later)
        if not any(map(_evidence(scope, call, causality), later)):
            fact = f"none of {len(later)} later ones did" if later else "none came after it"
            headline = f"expected a later model call to see what {label(asked)} returned, {fact}"
            note = f"returned {brief(call.output, 60)}"
            raise Mismatch(headline, tree=scope.draw({call.call_id: note}))


def _received(scope: Scope, span: SpanData, source: SpanData) -> bool:
    """Find a telling value in the input that no call before the source held."""
    fresh = _fresh(scope, source, [])
    if not fresh:
        hint = "a value that was there before, a single letter or a small number is no evidence"
        raise _cannot_be_followed(scope, source, "nothing new and telling", hint)
    return any(holds(span.input, value) for value in fresh)


def _evidence(scope: Scope, call: SpanData, causality: Causality) -> Callable[[SpanData], bool]:
    """Return the evidence that a model call saw a result; values of earlier prompts are no evidence."""
    if call.output in ("", [], {}) or str(call.output).isspace():
        raise _cannot_be_followed(scope, call, "nothing in it", "an empty result leaves no mark in what a model gets")
    models = [span for span in scope.tree.spans if span.type == "llm" and causality.follows(span, call)]
    fresh = _fresh(scope, call, [[model.input, model.output] for model in models])
    if fresh:
        return lambda model: all(holds(model.input, value) for value in fresh)
    before = max(mentions([model.input, model.output], call.output) for model in models) if models else 0
    return lambda model: mentions(model.input, call.output) > before


def _fresh(scope: Scope, source: SpanData, before: Sequence[Any]) -> list[Any]:
    """Return the telling values of an output that none of the inputs before it held."""
    known = [*before, *(one.input for one in (source, *scope.tree.ancestors(source)))]
    return [value for value in telling(source.output) if not holds(known, value)]


def _cannot_be_followed(scope: Scope, source: SpanData, note: str, hint: str) -> Mismatch:
    headline = f"expected {source.name!r} to return something that can be followed, got {brief(source.output)}"
    return Mismatch(headline, tree=scope.draw({source.call_id: note}), hint=hint)


def _require_values(scope: Scope, word: str, asked: Conditions, spans: Iterable[SpanData]) -> None:
    """Fail if a value was not captured: it cannot be compared."""
    unseen = [span for span in spans if getattr(span, word) is None]
    if unseen:
        headline = f"expected to see the {word} of {label(asked)}, it was called but its {word} was not captured"
        raise Mismatch(headline, tree=scope.point_out(unseen, f"no {word}"))

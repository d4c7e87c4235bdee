"""Expectations on concurrency, nesting and succession."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Any

from pytest_traces.analysis.health.repeats import find_repeats
from pytest_traces.analysis.ordering.causality import Causality
from pytest_traces.assertions.expectations.faults import mismatch, require_condition, require_spans
from pytest_traces.assertions.queries.conditions import Conditions, as_conditions, label
from pytest_traces.assertions.queries.differing import show
from pytest_traces.assertions.queries.matching.texts import anything
from pytest_traces.assertions.queries.scope import Scope
from pytest_traces.drawing.text import brief
from pytest_traces.errors import Mismatch, TracesError
from pytest_traces.model.span import SpanData


def check_parallel(scope: Scope, steps: Sequence[Any]) -> None:
    """Fail if no set of spans, one for each step, ran concurrently."""
    __tracebackhide__ = True
    if len(steps) < 2:
        raise TracesError(f"assert_parallel() needs at least two steps, got {len(steps)}")
    asked = [as_conditions(step) for step in steps]
    require_spans(scope)
    found = [(one, scope.required(one)) for one in asked]
    causality = Causality(scope.tree)
    if _choose_beside([spans for _, spans in found], causality) is None:
        headline = f"expected {', '.join(map(label, asked))} side by side, {_why_not(found, causality)}"
        raise Mismatch(headline, tree=scope.point_out((span for _, spans in found for span in spans), "here"))


def check_nested(scope: Scope, asked: Conditions, under: Any) -> Sequence[SpanData]:
    """Return every span that matches; fail if none does, or if one is outside the expected ancestor."""
    __tracebackhide__ = True
    place = Conditions(anything, {"under": under})
    require_condition(asked, "assert_nested")
    require_spans(scope)
    found = scope.required(asked)
    outside = [span for span in found if not place.holds(span, scope.tree)]
    if outside:
        verb = "are" if len(outside) > 1 else "is"
        fact = f"{len(outside)} of {len(found)} {verb} elsewhere"
        headline = f"expected every {asked.describe()} under {show(under)}, {fact}"
        raise Mismatch(headline, tree=scope.point_out(outside, "elsewhere"))
    return found


def check_followed(scope: Scope, first: Conditions, second: Conditions) -> Sequence[SpanData]:
    """Return every span that matches `first`; fail if one has no span after it that matches `second`."""
    __tracebackhide__ = True
    require_spans(scope)
    happened, answers = scope.find(first), scope.matching(second)
    causality = Causality(scope.tree)
    alone = [span for span in happened if not any(causality.follows(span, answer) for answer in answers)]
    if alone:
        came = "it never came" if not answers else "it did not come after that"
        headline = f"expected {label(second)} after every {label(first)}, {came}"
        raise Mismatch(headline, tree=scope.point_out(alone, f"not followed by {label(second)}"))
    return happened


def check_no_loops(scope: Scope, at_most: int) -> None:
    """Fail if calls with equal arguments are more than `at_most`."""
    __tracebackhide__ = True
    if isinstance(at_most, bool) or not isinstance(at_most, int) or at_most < 1:
        raise TracesError(f"at_most is a whole number from 1, got {at_most!r}")
    scope.require_some("tool span")
    groups = [group for group in find_repeats(scope.spans, scope.tree) if len(group) > at_most]
    if groups:
        faults = [_loop(group) for group in groups]
        notes = {span.call_id: str(number) for group in groups for number, span in enumerate(group, 1)}
        raise mismatch(scope, faults, "calls were made again and again", notes)


def _choose_beside(found: Sequence[Sequence[SpanData]], causality: Causality) -> tuple[SpanData, ...] | None:
    """Choose one span for each step so that all of them are concurrent."""
    chosen: list[tuple[SpanData, ...]] = [()]
    for spans in found:
        chosen = [
            (*some, span) for some in chosen for span in spans if all(causality.side_by_side(one, span) for one in some)
        ]
    return chosen[0] if chosen else None


def _why_not(found: Sequence[tuple[Conditions, Sequence[SpanData]]], causality: Causality) -> str:
    for (one, spans), (other, others) in combinations(found, 2):
        if label(one) == label(other) and len({span.call_id for span in (*spans, *others)}) == 1:
            return f"{label(one)} ran only once"
        if _choose_beside([spans, others], causality) is None:
            first, second = (one, other) if spans[0].t0 <= others[0].t0 else (other, one)
            return f"{label(second)} began after {label(first)}"
    return "they did not all run at the same time"


def _loop(group: Sequence[SpanData]) -> str:
    call, *_ = group
    name = repr(call.name)
    if call.input is None:
        return f"expected to tell {len(group)} calls of {name} apart, their input was not captured"
    return f"expected no call of {name} with the same input again, found {len(group)} with {brief(call.input)}"

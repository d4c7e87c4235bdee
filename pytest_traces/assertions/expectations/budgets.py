"""Budgets: the most tokens, money, time, calls and retries that spans may use."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, TypedDict

from pytest_traces.analysis.health.retries import find_retries
from pytest_traces.analysis.health.slow import percentile
from pytest_traces.analysis.model_calls import llm_calls
from pytest_traces.assertions.expectations.faults import mismatch, require_spans
from pytest_traces.assertions.queries.scope import Scope
from pytest_traces.assertions.queries.totals import total_elapsed, total_usage, with_descendants
from pytest_traces.errors import TracesError, UnknownCondition, UsageNotRecorded
from pytest_traces.model.consumption.usage import Usage
from pytest_traces.model.span import SpanData
from pytest_traces.model.words.span_types import MODEL_CALLS
from pytest_traces.prices import hint


class Budget(TypedDict, total=False):
    """The limits of `assert_budget`; each is the highest value allowed, and 0 is a limit."""

    total_tokens: float
    input_tokens: float
    output_tokens: float
    cached_input_tokens: float
    reasoning_tokens: float
    cost_usd: float
    """US dollars, as reported, else by the price list of the extra `cost`; an unknown price fails."""
    elapsed_ms: float
    """Milliseconds in which at least one span ran."""
    p50_ms: float
    p90_ms: float
    p95_ms: float
    p99_ms: float
    slowest_ms: float
    """Percentiles of the durations of single spans, by the nearest rank: `trace.llms.assert_budget(p95_ms=800)`."""
    llm_calls: float
    """Model calls, descendants included; a call that a framework and an SDK both recorded counts once."""
    tool_calls: float
    """Tool calls, descendants included."""
    spans: float
    """Number of spans, descendants left out."""
    retries: float
    """Attempts after the first one of each operation, descendants included."""
    depth: float
    """Number of ancestors of the deepest span."""


def check_budget(scope: Scope, limits: Mapping[str, Any]) -> None:
    """Fail if a figure exceeds its limit or was not recorded; the message names every such figure."""
    __tracebackhide__ = True
    checked = read_budget(limits)
    require_spans(scope)
    faults: list[str] = []
    notes: dict[str, str] = {}
    hints: list[str] = []
    for name, limit in checked.items():
        try:
            spent = _MEASURES[name](scope)
        except _Unmeasured as unknown:
            faults.append(f"expected {name} <= {limit:g}, {unknown}")
            notes |= unknown.notes
            hints.append(unknown.hint)
        else:
            if not spent <= limit:  # not "spent > limit": NaN must fail
                faults.append(f"expected {name} <= {limit:g}, got {_figure(spent)}")
    if faults:
        raise mismatch(scope, faults, "limits are exceeded", notes, hint="".join(hints))


def read_budget(limits: Mapping[str, Any]) -> dict[str, float]:
    """Check the names and values of limits; refuse a budget without a limit, which would always hold."""
    if not limits:
        raise TracesError("a budget needs a limit, as in total_tokens=2_000")
    for name, limit in limits.items():
        if name not in _MEASURES:
            raise UnknownCondition("limit", name, _MEASURES)
        if isinstance(limit, bool) or not isinstance(limit, (int, float)) or not 0 <= limit < math.inf:
            raise TracesError(f"a limit is a number from 0, got {name}={limit!r}")
    return dict(limits)


_TOKENS = ("total_tokens", "input_tokens", "output_tokens", "cached_input_tokens", "reasoning_tokens")

SPENT_BY_MODELS = frozenset({*_TOKENS, "cost_usd"})
"""The limits that only model calls can exceed."""


def called_a_model(scope: Scope) -> bool:
    """Return whether a model was called, or a span reported tokens or cost."""
    used = (span.own_usage for span in scope.spans)
    return any(span.type in MODEL_CALLS for span in scope.spans) or any(one.by_model or one.unreported for one in used)


class _Unmeasured(Exception):
    """Why a figure is unknown, and the notes for the spans that left it out."""

    def __init__(self, why: str, notes: Mapping[str, str], hint: str = "") -> None:
        super().__init__(why)
        self.notes = notes
        self.hint = hint


def _tokens(unit: str, scope: Scope) -> float:
    return float(getattr(_reported(unit, scope), unit))


def _cost(scope: Scope) -> float:
    used = total_usage(scope)
    if used.unreported or not used.by_model:
        _reported("cost_usd", scope)
    try:
        return used.cost_usd
    except UsageNotRecorded as unknown:
        why = unknown.headline.rpartition("every model call, ")[2]
        raise _Unmeasured(why, {}, hint() if used.cost.unpriced else "") from None


def _reported(unit: str, scope: Scope) -> Usage:
    """Return a usage whose count of one unit is known; else name the calls that did not report it."""
    used = total_usage(scope)
    why = used.why_unknown(unit)
    if why is None:
        return used
    left_out = [span for span in with_descendants(scope) if _left_out(span, unit, used)]
    is_silent = used.unreported or not used.by_model
    raise _Unmeasured(why, _noted(left_out, f"reported no {'usage' if is_silent else unit}"))


def _left_out(span: SpanData, unit: str, used: Usage) -> bool:
    if used.unreported:
        return bool(span.own_usage.unreported)
    if not used.by_model:
        return span.type in MODEL_CALLS
    return any(call.missing(unit) for call in span.own_usage.by_model.values())


def _elapsed(scope: Scope) -> float:
    elapsed = total_elapsed(scope)
    if elapsed is None:
        raise _still_running(scope)
    return elapsed


def _percentile(rank: float, scope: Scope) -> float:
    durations = [span.elapsed for span in scope.spans if span.elapsed is not None]
    if len(durations) < len(scope.spans):
        raise _still_running(scope)
    return percentile(durations, rank)


def _still_running(scope: Scope) -> _Unmeasured:
    running = [span for span in scope.spans if span.elapsed is None]
    names = ", ".join(repr(span.name) for span in running)
    return _Unmeasured(f"{names} still run{'s' * (len(running) == 1)}", _noted(running, "still running"))


def _noted(spans: Sequence[SpanData], note: str) -> dict[str, str]:
    return {span.call_id: note for span in spans}


def _retries(scope: Scope) -> float:
    ids = {span.call_id for span in with_descendants(scope)}
    retries = find_retries(scope.tree, scope.retry_rule)
    return float(sum(retry.attempts - 1 for retry in retries if any(span.call_id in ids for span in retry.spans)))


def _figure(spent: float) -> str:
    return f"{spent:.0f}" if math.isfinite(spent) and spent == int(spent) else f"{spent:.6g}"


_MEASURES: Mapping[str, Callable[[Any], float]] = {
    **{unit: partial(_tokens, unit) for unit in _TOKENS},
    "cost_usd": _cost,
    "elapsed_ms": _elapsed,
    **{f"p{rank}_ms": partial(_percentile, rank / 100) for rank in (50, 90, 95, 99)},
    "slowest_ms": partial(_percentile, 1.0),
    "llm_calls": lambda scope: float(len(llm_calls(with_descendants(scope)))),
    "tool_calls": lambda scope: float(sum(span.type == "tool" for span in with_descendants(scope))),
    "spans": lambda scope: float(len(scope.spans)),
    "retries": _retries,
    "depth": lambda scope: float(max(map(scope.tree.depth, scope.spans))),
}

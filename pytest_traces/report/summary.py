"""The figures of one test's trace: builtins that travel on test reports, so xdist, reportlog and JUnit carry them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pytest_traces.analysis.cost import cost_of
from pytest_traces.analysis.critical_path import critical_path
from pytest_traces.analysis.model_calls import calls_around, llm_calls
from pytest_traces.analysis.retries import Attempts, RetryRule, find_retries
from pytest_traces.analysis.slow import lasted_ms, slow_spans
from pytest_traces.analysis.status import trace_status
from pytest_traces.model.model_usage import UNITS
from pytest_traces.model.span import SpanData
from pytest_traces.model.span_types import MODEL_CALLS
from pytest_traces.model.tree import SpanTree
from pytest_traces.model.usage import Usage
from pytest_traces.redaction import redact

TestSummary = Mapping[str, Any]
"""The figures of one test."""

Figures = dict[str, Any]


def summarise(
    tree: SpanTree,
    *,
    slow_ms: float,
    retry_rule: RetryRule = "failed",
    troubles: Iterable[str] = (),
    asserted: bool = True,
    priced: bool = True,
) -> TestSummary:
    """Return the figures of one test.

    `asserted` tells whether it looked at its trace. Unless `priced`, only reported costs are known.
    """
    retries = find_retries(tree, retry_rule)
    calls = [span.own_usage for span in tree.spans]
    models = [used for call in calls for used in call.by_model.values()]
    cost = cost_of(calls, look_up=priced)
    slow = slow_spans(tree.spans, slow_ms)
    return {
        "spans": len(tree.spans),
        "llm_calls": len(llm_calls(tree.spans)),
        "tokens": sum(used.least_tokens for used in models),
        "unreported": cost.silent + sum(used.missing("total_tokens") for used in models),
        "cost_usd": float(cost.usd),
        "unpriced": cost.unknown,
        "elapsed_ms": _rounded(max((lasted_ms(root) for root in tree.roots), default=0.0)),
        "status": trace_status(tree.roots, retried=bool(retries)) if tree.spans else "empty",
        "asserted": asserted,
        "models": _models(tree, priced),
        "operations": _operations(tree),
        "retries": [_retry(retry) for retry in retries],
        "slow": [_named(span) | {"ms": _rounded(lasted_ms(span))} for span in slow],
        "critical_path": _critical_path(tree) if slow else [],
        "troubles": [redact(trouble) for trouble in troubles],
    }


def _models(tree: SpanTree, priced: bool) -> list[Figures]:
    """Return for each model its calls, how long each took, how many failed, and the tokens and cost of all."""
    around = calls_around((span.call_id, span.parent_call_id, span.type) for span in tree.spans)
    used: dict[str, list[Usage]] = {}
    calls: dict[str, list[SpanData]] = {}
    for span in tree.spans:
        for name, part in span.own_usage.by_model.items():
            used.setdefault(name, []).append(Usage(by_model={name: part}))
        if span.type in MODEL_CALLS and span.type not in around.get(span.call_id, {}):
            calls.setdefault(_model_of(span), []).append(span)
            if span.own_usage.unreported:
                used.setdefault(_model_of(span), []).append(Usage(unreported=span.own_usage.unreported))
    return [_model(name, calls.get(name, []), used.get(name, []), priced) for name in sorted({*used, *calls})]


def _model_of(call: SpanData) -> str:
    """Name the model of a call: the one that it or its attempts reported usage of, else the model or name it has."""
    reported = call.usage.by_model
    return next(iter(reported)) if len(reported) == 1 else call.model or call.name


def _model(name: str, calls: Iterable[SpanData], used: Iterable[Usage], priced: bool) -> Figures:
    usages = list(used)
    total = Usage.total(usages)
    counts = total.by_model.get(name)
    cost = cost_of(usages, look_up=priced)
    tokens = {unit: (counts and getattr(counts, unit)) or 0 for unit in UNITS if unit not in ("requests", "cost_usd")}
    missing = {unit: len(total.unreported) + (counts.missing(unit) if counts else 0) for unit in tokens}
    figures = {"name": redact(name), **tokens, "missing": missing, **_durations(calls)}
    return figures | {"cost_usd": float(cost.usd), "unpriced": cost.unknown}


def _operations(tree: SpanTree) -> list[Figures]:
    """Return for each other operation, by type and name, how long each call took and how many failed."""
    groups: dict[tuple[str, str], list[SpanData]] = {}
    for span in tree.spans:
        if span.type not in MODEL_CALLS:
            groups.setdefault((span.type, span.name), []).append(span)
    return [_named(spans[0]) | _durations(spans) for _, spans in sorted(groups.items())]


def _durations(spans: Iterable[SpanData]) -> Figures:
    timed = list(spans)
    return {"ms": [_rounded(lasted_ms(span)) for span in timed], "failed": sum(span.failed for span in timed)}


def _retry(retry: Attempts) -> Figures:
    return {
        "type": redact(retry.type),
        "name": redact(retry.name),
        "attempts": retry.attempts,
        "recovered": retry.recovered,
        "errors": sorted({redact(error.type) for error in retry.errors}),
        "wasted_ms": _rounded(retry.wasted_ms),
        "wasted_tokens": retry.wasted_tokens,
    }


def _critical_path(tree: SpanTree) -> list[Figures]:
    slowest = max(tree.roots, key=lasted_ms)
    return [_named(step.span) | {"ms": _rounded(step.own_ms)} for step in critical_path(tree, slowest)]


def _named(span: SpanData) -> Figures:
    return {"type": redact(span.type), "name": redact(span.name)}


def _rounded(ms: float) -> float:
    return round(ms, 1)

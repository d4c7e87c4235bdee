"""The figures of a test's trace as plain data on its report: xdist, reportlog and JUnit carry them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from pytest_traces.analysis.critical_path import critical_path
from pytest_traces.analysis.health.retries import Attempts, RetryRule, find_retries
from pytest_traces.analysis.health.slow import lasted_ms, slow_spans
from pytest_traces.analysis.health.status import trace_status
from pytest_traces.analysis.model_calls import calls_around, llm_calls
from pytest_traces.model.consumption.cost import Cost
from pytest_traces.model.consumption.model_usage import TOKEN_UNITS, ModelUsage
from pytest_traces.model.span import SpanData
from pytest_traces.model.tree import SpanTree
from pytest_traces.model.words.span_types import MODEL_CALLS
from pytest_traces.redaction.masking import redact
from pytest_traces.report.coverage.figures import agent_figures, tool_figures

TestSummary = Mapping[str, Any]
"""The figures of one test."""

Figures = dict[str, Any]

_COUNTED = (*TOKEN_UNITS, "total_tokens")


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

    `asserted`: whether the test read its trace. Unless `priced`, only reported costs are known.
    """
    retries = find_retries(tree, retry_rule)
    models = [_model(model, priced) for model in _models_of(tree)]
    slow = slow_spans(tree.spans, slow_ms)
    return {
        "spans": len(tree.spans),
        "llm_calls": len(llm_calls(tree.spans)),
        "tokens": sum(model.pop("least_tokens") for model in models),
        "unreported": sum(model["missing"]["total_tokens"] for model in models),
        "cost_usd": float(sum(Decimal(str(model["cost_usd"])) for model in models)),
        "unpriced": sum(model["unpriced"] for model in models),
        "elapsed_ms": _rounded(max((lasted_ms(root) for root in tree.roots), default=0.0)),
        "status": trace_status(tree.roots, retried=bool(retries)) if tree.spans else "empty",
        "asserted": asserted,
        "acted": sum(span.acted is not None for span in tree.spans),
        "models": models,
        "operations": _operations(tree),
        "tools": tool_figures(tree, retries),
        "agents": agent_figures(tree),
        "retries": [_retry(retry) for retry in retries],
        "slow": [_named(span) | {"ms": _rounded(lasted_ms(span))} for span in slow],
        "critical_path": _critical_path(tree) if slow else [],
        "troubles": [redact(trouble) for trouble in troubles],
    }


@dataclass
class _Model:
    """The figures of one model in a trace."""

    name: str
    calls: list[SpanData] = field(default_factory=list)
    """The spans of its calls, without attempts."""
    used: list[ModelUsage] = field(default_factory=list)
    """The reported usage, each report once."""
    silent: int = 0
    """Calls that reported no usage."""


def _models_of(tree: SpanTree) -> list[_Model]:
    around = calls_around((span.call_id, span.parent_call_id, span.type) for span in tree.spans)
    models: dict[str, _Model] = {}

    def model(name: str) -> _Model:
        if name not in models:
            models[name] = _Model(name)
        return models[name]

    for span in tree.spans:
        own = span.own_usage
        for name, used in own.by_model.items():
            model(name).used.append(used)
        if span.type in MODEL_CALLS and span.type not in around.get(span.call_id, {}):
            model(_model_of(span)).calls.append(span)
        if own.unreported:
            model(_model_of(span)).silent += len(own.unreported)
    return [models[name] for name in sorted(models)]


def _model_of(call: SpanData) -> str:
    """Return the model of a call: the one of its reported usage, else the model or name of the span."""
    reported = call.usage.by_model
    return next(iter(reported)) if len(reported) == 1 else call.model or call.name


def _model(model: _Model, priced: bool) -> Figures:
    """Return the calls of a model: times, number of failures, tokens and cost."""
    total = ModelUsage.total(model.used) if model.used else None
    cost = Cost(silent=model.silent)
    for used in model.used:
        cost.add(model.name, used, look_up=priced)
    return {
        "name": redact(model.name),
        **{unit: (total and getattr(total, unit)) or 0 for unit in _COUNTED},
        "least_tokens": sum(used.least_tokens for used in model.used),
        "missing": {unit: model.silent + (total.missing(unit) if total else 0) for unit in _COUNTED},
        "cost_usd": float(cost.usd),
        "unpriced": cost.unknown,
        **_durations(model.calls),
    }


def _operations(tree: SpanTree) -> list[Figures]:
    """Return the times and the number of failures of each other operation, by type and name."""
    groups: dict[tuple[str, str], list[SpanData]] = {}
    for span in tree.spans:
        if span.type not in MODEL_CALLS:
            groups.setdefault((span.type, span.name), []).append(span)
    return [_named(spans[0]) | _durations(spans) for _, spans in sorted(groups.items())]


def _durations(spans: Iterable[SpanData]) -> Figures:
    timed = list(spans)
    return {"ms": [_rounded(lasted_ms(span)) for span in timed], "failed": sum(span.failed for span in timed)}


def _retry(retry: Attempts) -> Figures:
    wasted = retry.wasted_usage
    models = wasted.by_model.values()
    return {
        "type": redact(retry.type),
        "name": redact(retry.name),
        "attempts": retry.attempts,
        "recovered": retry.recovered,
        "errors": sorted({redact(error.type) for error in retry.errors}),
        "wasted_ms": _rounded(retry.wasted_ms),
        "wasted_tokens": sum(used.least_tokens for used in models),
        "missing": {"total_tokens": len(wasted.unreported) + sum(used.missing("total_tokens") for used in models)},
    }


def _critical_path(tree: SpanTree) -> list[Figures]:
    slowest = max(tree.roots, key=lasted_ms)
    return [_named(step.span) | {"ms": _rounded(step.own_ms)} for step in critical_path(tree, slowest)]


def _named(span: SpanData) -> Figures:
    return {"type": redact(span.type), "name": redact(span.name)}


def _rounded(ms: float) -> float:
    return round(ms, 1)

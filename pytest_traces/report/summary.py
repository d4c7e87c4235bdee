"""What a session is told about its traces, as data: builtins that travel on test reports, then sums over them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pytest_traces.analysis.cost import cost_of
from pytest_traces.analysis.model_calls import llm_calls
from pytest_traces.analysis.retries import Attempts, RetryRule, find_retries
from pytest_traces.analysis.slow import lasted_ms, slow_spans
from pytest_traces.analysis.status import trace_status
from pytest_traces.model.tree import SpanTree
from pytest_traces.redaction import redact

TestSummary = Mapping[str, Any]
"""One test's figures, plain builtins so that xdist, reportlog and JUnit can carry them."""


def summarise(
    tree: SpanTree, *, slow_ms: float, retry_rule: RetryRule = "failed", troubles: Iterable[str] = ()
) -> TestSummary:
    """Return the figures of one test."""
    calls = [span.own_usage for span in tree.spans]
    models = [used for call in calls for used in call.by_model.values()]
    cost = cost_of(calls)
    retries = find_retries(tree, retry_rule)
    return {
        "spans": len(tree.spans),
        "llm_calls": len(llm_calls(tree.spans)),
        "tokens": sum(used.least_tokens for used in models),
        "unreported": cost.silent + sum(used.missing("total_tokens") for used in models),
        "cost_usd": float(cost.usd),
        "unpriced": cost.unknown,
        "status": trace_status(tree.roots, retried=bool(retries)) if tree.spans else "empty",
        "retries": [_retry(retry) for retry in retries],
        "slow": [
            {"type": redact(span.type), "name": redact(span.name), "ms": lasted_ms(span)}
            for span in slow_spans(tree.spans, slow_ms)
        ],
        "troubles": [redact(trouble) for trouble in troubles],
    }


def _retry(retry: Attempts) -> dict[str, Any]:
    return {
        "type": redact(retry.type),
        "name": redact(retry.name),
        "attempts": retry.attempts,
        "recovered": retry.recovered,
        "errors": sorted({redact(error.type) for error in retry.errors}),
        "wasted_ms": retry.wasted_ms,
        "wasted_tokens": retry.wasted_tokens,
    }


@dataclass
class SessionSummary:
    """All tests of a session: the last attempt of each counts, earlier ones are reruns."""

    slow_ms: float
    tests: dict[str, TestSummary] = field(default_factory=dict)
    reruns: int = 0

    def add(self, nodeid: str, summary: TestSummary, *, rerun: bool) -> None:
        """Take in one test's figures; those of an attempt that is run again do not count."""
        if rerun:
            self.reruns += 1
        elif summary["spans"] or summary["troubles"]:
            self.tests[nodeid] = summary

    def total(self, figure: str) -> Any:
        """Sum one figure over all tests."""
        return sum(summary[figure] or 0 for summary in self.tests.values())

    def rows(self, figure: str) -> list[tuple[str, Mapping[str, Any]]]:
        """Return the entries of a list, with the test of each."""
        return [(nodeid, entry) for nodeid, summary in self.tests.items() for entry in summary[figure]]

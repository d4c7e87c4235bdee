"""One side of a comparison: the figures of each test in each of its runs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from pytest_traces.report.saved.run import SavedRun, recorded
from pytest_traces.report.summary import TestSummary


@dataclass
class TestRun:
    """The figures of a test in one run, its blocks of `record()` included."""

    calls: Counter[str] = field(default_factory=Counter)
    """Number of calls of each tool, and of models."""
    models: tuple[str, ...] = ()
    tokens: float | None = 0
    """`None` if a model call did not report them."""
    cost: float | None = 0.0
    """In US dollars; `None` if a model call has no known price."""
    retries: int = 0
    errors: int = 0
    """Calls that failed."""
    time: float = 0.0
    """Milliseconds of the longest of its recordings."""
    acted: int = 0
    """Calls with an act of the test."""


Side = dict[str, list[list[TestSummary]]]
"""Name of a test -> its figures in each run."""


def side_of(runs: Sequence[SavedRun]) -> Side:
    """Return the tests of some runs that were traced; each run of a test counts separately.

    A test that recorded nothing has figures of zero, unless it was skipped.
    """
    tests: Side = {}
    for run in runs:
        skipped = {test["nodeid"] for test in run.tests if test["outcome"] == "skipped"}
        for name, summaries in recorded(run):
            if has_spans(summaries) or (summaries and name not in skipped):
                tests.setdefault(name, []).append(summaries)
    return tests


def has_spans(summaries: Iterable[TestSummary]) -> bool:
    """Whether a test recorded something in one of its runs."""
    return any(summary["spans"] for summary in summaries)


def versions_of(runs: Sequence[SavedRun]) -> str:
    """Return the versions of pytest-traces that wrote some runs."""
    return ", ".join(sorted({run.about["pytest_traces"] for run in runs}))


def test_run(summaries: Iterable[TestSummary]) -> TestRun:
    """Return the figures of a test in one run."""
    done = TestRun()
    for summary in summaries:
        for operation in summary["operations"]:
            if operation["type"] == "tool":
                done.calls[operation["name"]] += len(operation["ms"])
        done.calls["model calls"] += summary["llm_calls"]
        done.models = tuple(sorted({*done.models, *(model["name"] for model in summary["models"])}))
        done.tokens = _plus(done.tokens, summary["tokens"], unknown=summary["unreported"])
        done.cost = _plus(done.cost, summary["cost_usd"], unknown=summary["unpriced"])
        done.retries += len(summary["retries"])
        done.errors += sum(one["failed"] for one in (*summary["operations"], *summary["models"]))
        done.time = max(done.time, summary["elapsed_ms"])
        done.acted += summary["acted"]
    return done


def _plus(sum: float | None, amount: float, *, unknown: int) -> float | None:
    return None if sum is None or unknown else sum + amount

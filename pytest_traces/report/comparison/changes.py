"""Changes of one test between two sides; a figure that is unknown on one side is not comparable, never 0 %."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from pytest_traces.report.comparison.sides import TestRun
from pytest_traces.report.layout.figures import duration, money

KEYS = ("calls", "tokens", "cost", "retries", "errors", "time")
"""The figures that are compared."""

_SHOWN: dict[str, Callable[[float], str]] = {
    "tokens": lambda tokens: f"{tokens:,.10g}",
    "cost": money,
    "time": duration,
}


@dataclass(frozen=True)
class Change:
    """One figure of a test on both sides; of several runs, their mean."""

    key: str
    """One of `KEYS`."""
    what: str
    """The subject: the key, or the name of a tool."""
    before: float
    after: float
    spread: tuple[float, float] | None = None
    """The smallest and the largest ratio of two runs, if both sides have several runs."""

    @property
    def growth(self) -> float:
        """By how much it grew; for calls the absolute difference, because one call less is another behaviour too."""
        return abs(self.after - self.before) if self.key == "calls" else self.after - self.before

    @property
    def shown(self) -> tuple[str, str, str]:
        """The figure before, after, and the difference."""
        show = _SHOWN.get(self.key, _number)
        return show(self.before), show(self.after), self._difference()

    def _difference(self) -> str:
        if self.spread is not None:
            low, high = self.spread
            return f"×{self.after / self.before:.2f} (×{low:.2f} to ×{high:.2f})"
        if self.key in ("tokens", "cost") and self.before:
            return f"{_signed(100 * (self.after - self.before) / self.before)}%"
        return _signed(self.after - self.before) if self.key != "cost" else f"+{money(self.after)}"


def incomparable(before: Sequence[TestRun], after: Sequence[TestRun]) -> str:
    """Return why no figure of a test can be compared; empty if some can."""
    return "acted on by the test" if any(run.acted for run in (*before, *after)) else ""


def left_out(before: Sequence[TestRun], after: Sequence[TestRun]) -> str:
    """Return why several figures of a test cannot be compared; empty if all can.

    Another model counts and charges differently; tool calls are still comparable.
    """
    if not _ask_the_same_models(before, after):
        return f"another model: {_listed(_models(before))} → {_listed(_models(after))}"
    unknown: dict[str, list[str]] = {}
    for key in ("tokens", "cost"):
        sides = [name for name, runs in (("before", before), ("now", after)) if _mean(runs, key) is None]
        if sides:
            unknown.setdefault(" and ".join(sides), []).append(key)
    return "; ".join(f"{', '.join(keys)} unknown {sides}" for sides, keys in unknown.items())


def changes(before: Sequence[TestRun], after: Sequence[TestRun]) -> Iterator[Change]:
    """Yield every comparable figure, equal ones too; times need several runs."""
    tools = {tool for run in (*before, *after) for tool in run.calls}
    for tool in sorted(tools):
        had, has = (_average([run.calls[tool] for run in side]) for side in (before, after))
        yield Change("calls", tool, had, has)
    is_same_model = _ask_the_same_models(before, after)
    for key in KEYS[1:-1] if is_same_model else ("retries", "errors"):
        old, new = _mean(before, key), _mean(after, key)
        if old is not None and new is not None:
            yield Change(key, key, old, new)
    if is_same_model and min(len(before), len(after)) > 1 and all(run.time for run in (*before, *after)):
        was, took = ([run.time for run in side] for side in (before, after))
        yield Change("time", "time", _average(was), _average(took), (min(took) / max(was), max(took) / min(was)))


def has_changed(change: Change) -> bool:
    """Whether a figure differs; a time differs only if all runs of one side took longer than all runs of the other."""
    if change.spread is not None:
        return not change.spread[0] <= 1 <= change.spread[1]
    return not math.isclose(change.before, change.after, rel_tol=1e-9, abs_tol=1e-12)


def _ask_the_same_models(before: Sequence[TestRun], after: Sequence[TestRun]) -> bool:
    """Whether tokens and costs can be compared; a side without a model call has none of them."""
    old, new = _models(before), _models(after)
    return old == new or not old or not new


def _models(runs: Sequence[TestRun]) -> set[str]:
    return {model for run in runs for model in run.models}


def _mean(runs: Sequence[TestRun], key: str) -> float | None:
    amounts = [getattr(run, key) for run in runs]
    return None if None in amounts else _average(amounts)


def _average(amounts: Sequence[float]) -> float:
    return sum(amounts) / len(amounts)


def _number(amount: float) -> str:
    return f"{amount:,.10g}" if amount >= 100 else f"{amount:,.4g}"


def _signed(amount: float) -> str:
    return f"{amount:+,.0f}" if abs(amount) >= 1 or not amount else f"{amount:+,.2g}"


def _listed(models: set[str]) -> str:
    return ", ".join(sorted(models)) or "none"

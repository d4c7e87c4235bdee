"""What a program may use up."""

from __future__ import annotations

import math
from collections.abc import Callable, Container, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, TypedDict, Unpack

from pytest_traces.analysis.cost import cost_usd
from pytest_traces.analysis.retries import find_retries
from pytest_traces.assertions.expectations.subject import Subject
from pytest_traces.assertions.queries.scope import mismatch
from pytest_traces.errors import TracesError, UnknownCondition, UsageNotRecorded
from pytest_traces.model.span import Span
from pytest_traces.model.span_types import MODEL_CALLS, STEPS
from pytest_traces.model.tree import SpanTree
from pytest_traces.model.usage import NONE_REPORTED
from pytest_traces.wording import count

if TYPE_CHECKING:
    from pytest_traces.assertions.selection import Selection


class Budget(TypedDict, total=False):
    """The limits there are; each is the most that is allowed, and 0 is a limit."""

    total_tokens: float
    input_tokens: float
    output_tokens: float
    cached_input_tokens: float
    reasoning_tokens: float
    cost_usd: float
    """As reported, else by the price list of the extra `cost`; an unknown price fails."""
    elapsed_ms: float
    """During which at least one span ran."""
    p50_ms: float
    p90_ms: float
    p95_ms: float
    p99_ms: float
    slowest_ms: float
    """Percentiles of what single spans took, as an actual duration: `trace.llms.assert_budget(p95_ms=800)`."""
    llm_calls: float
    """Model calls, below the spans too; one seen by a framework and by the SDK below it is one."""
    tool_calls: float
    """Calls of tools, below the spans too."""
    spans: float
    """How many are judged, without what is below them."""
    retries: float
    """Attempts beyond the first, of anything, below the spans too."""
    depth: float
    """Spans above the deepest one."""


class BudgetExpectations(Subject):
    """Expectations about tokens, money, time and numbers of calls."""

    __slots__ = ()

    def assert_budget(self, **limits: Unpack[Budget]) -> None:
        """Expect that nothing exceeds its limit; everything that does is named.

        What was never recorded is over budget: unknown is not zero.

        >>> trace.assert_budget(total_tokens=2_000, cost_usd=0.01, elapsed_ms=3_000, llm_calls=3)
        """
        __tracebackhide__ = True
        checked = read_budget(limits)
        about = self._some()
        faults: list[str] = []
        notes: dict[str, str] = {}
        for name, limit in checked.items():
            try:
                spent = _MEASURES[name](about)
            except _Unmeasured as unknown:
                faults.append(f"expected {name} <= {limit:g}, {unknown}")
                notes |= unknown.notes
            else:
                if not spent <= limit:  # what is no number keeps no limit
                    faults.append(f"expected {name} <= {limit:g}, got {_figure(spent)}")
        if faults:
            raise mismatch(about, faults, "limits are exceeded", notes)


def read_budget(limits: Mapping[str, Any]) -> dict[str, float]:
    """Check the names and values of limits; a budget without a limit holds of anything and is refused."""
    if not limits:
        raise TracesError("a budget needs a limit, as in total_tokens=2_000")
    for name, limit in limits.items():
        if name not in _MEASURES:
            raise UnknownCondition("limit", name, _MEASURES)
        if isinstance(limit, bool) or not isinstance(limit, (int, float)) or not 0 <= limit < math.inf:
            raise TracesError(f"a limit is a number from 0, got {name}={limit!r}")
    return dict(limits)


class _Unmeasured(Exception):
    """Why a figure is not known, and what to note at the spans that are to blame."""

    def __init__(self, why: str, notes: Mapping[str, str]) -> None:
        super().__init__(why)
        self.notes = notes


def _tokens(unit: str, about: Selection) -> float:
    return float(getattr(_reported(about), unit))


def _one_way(unit: str, about: Selection) -> float:
    """Count what was read or written; a model that answers does both, so a count of none was never taken."""
    used = _reported(about)
    answers = [span for span in _below(about) if span.own_usage.by_model and span.type != "embedding"]
    count = float(getattr(used, unit))
    if answers and used.total_tokens and not count:
        raise _Unmeasured(f"no model call reported any {unit}", _noted(answers, f"reported no {unit}"))
    return count


def _cost(about: Selection) -> float:
    used = _reported(about)
    try:
        return cost_usd(used)
    except UsageNotRecorded as unknown:
        raise _Unmeasured(unknown.headline, {}) from None


def _reported(about: Selection) -> Any:
    """Return a usage of which every part is known."""
    used = about.usage
    if used.unreported:
        silent = [span for span in _below(about) if span.own_usage.unreported]
        names = ", ".join(dict.fromkeys(repr(name) for name in used.unreported))
        calls = count(len(used.unreported), "model call")
        raise _Unmeasured(f"{calls} reported no usage: {names}", _noted(silent, "reported no usage"))
    if not used.by_model:
        failed = [span for span in _below(about) if span.type in MODEL_CALLS]
        raise _Unmeasured(NONE_REPORTED, _noted(failed, "reported no usage"))
    return used


def _below(about: Selection) -> list[Span]:
    return [*about._family.tree.below(about)]


def _elapsed(about: Selection) -> float:
    elapsed = about.elapsed
    if elapsed is None:
        raise _still_running(about)
    return elapsed


def _percentile(rank: float, about: Selection) -> float:
    """Measure by the nearest rank, which is a duration that occurred."""
    durations = sorted(span.elapsed for span in about if span.elapsed is not None)
    if len(durations) < len(about):
        raise _still_running(about)
    return durations[math.ceil(rank * len(durations)) - 1]


def _still_running(about: Selection) -> _Unmeasured:
    running = [span for span in about if span.elapsed is None]
    names = ", ".join(repr(span.name) for span in running)
    return _Unmeasured(f"{names} still run{'s' * (len(running) == 1)}", _noted(running, "still running"))


def _noted(spans: Sequence[Span], note: str) -> dict[str, str]:
    return {span.call_id: note for span in spans}


def _llm_calls(about: Selection) -> float:
    calls = {span.call_id: span for span in _below(about) if span.type == "llm"}
    return float(sum(not _is_wrapped(span, calls, about._family.tree) for span in calls.values()))


def _is_wrapped(call: Span, calls: Container[str], tree: SpanTree) -> bool:
    """Whether a call is one with another one above it, as an SDK's below a framework's."""
    for above in tree.ancestors(call):
        if above.type in STEPS:
            return False
        if above.call_id in calls:
            return True
    return False


def _retries(about: Selection) -> float:
    ids = {span.call_id for span in _below(about)}
    retries = find_retries(about._family.tree, about._family.retry_rule)
    return float(sum(retry.attempts - 1 for retry in retries if any(span.call_id in ids for span in retry.spans)))


def _figure(spent: float) -> str:
    return f"{spent:.0f}" if math.isfinite(spent) and spent == int(spent) else f"{spent:.6g}"


_MEASURES: Mapping[str, Callable[[Any], float]] = {
    **{unit: partial(_tokens, unit) for unit in ("total_tokens", "cached_input_tokens", "reasoning_tokens")},
    **{unit: partial(_one_way, unit) for unit in ("input_tokens", "output_tokens")},
    "cost_usd": _cost,
    "elapsed_ms": _elapsed,
    **{f"p{rank}_ms": partial(_percentile, rank / 100) for rank in (50, 90, 95, 99)},
    "slowest_ms": partial(_percentile, 1.0),
    "llm_calls": _llm_calls,
    "tool_calls": lambda about: float(sum(span.type == "tool" for span in _below(about))),
    "spans": lambda about: float(len(about)),
    "retries": _retries,
    "depth": lambda about: float(max(span.depth for span in about)),
}

"""Unknown is not zero, in each unit: what one call left out is refused, or told as unknown."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_traces import Mismatch, Trace, UsageNotRecorded
from pytest_traces.assertions.expectations.budgets import Budget
from pytest_traces.model.consumption.model_usage import UNITS
from pytest_traces.report.terminal import report_lines
from pytest_traces.wording import count
from tests.builders import a_tree, agent, llm, tool
from tests.report.samples import a_session
from tests.report.test_agreement import HUGE, many

Report = dict[str, int]
reports = st.dictionaries(st.sampled_from(UNITS), st.integers(0, 9), max_size=5)


def read(report: Report, unit: str) -> int | None:
    """Read one unit of one report, by hand: the third of input, output and total follows from the other two."""
    got, written, total = (report.get(f"{what}_tokens") for what in ("input", "output", "total"))
    if got is not None and written is not None:
        total = got + written
    elif got is not None and total is not None and total >= got:
        written = total - got
    elif written is not None and total is not None and total >= written:
        got = total - written
    if unit == "cost_usd" and unit not in report and total == 0:
        return 0
    return {**report, "input_tokens": got, "output_tokens": written, "total_tokens": total}.get(unit)


def summed(calls: list[Report], unit: str) -> int | None:
    """Add up what all calls told; `None` if one did not."""
    told = [read(report, unit) for report in calls]
    return None if not told or None in told else sum(told)


def a_call(report: Report, model: str):
    return llm(model, usage={f"{model}:{unit}": count for unit, count in report.items()})


@many
@given(st.lists(st.tuples(reports, st.sampled_from(["acme/m", "acme/n"])), max_size=4), st.sampled_from(UNITS))
def test_a_unit_is_the_sum_of_what_each_call_told_or_it_is_refused(told: list[tuple[Report, str]], unit: str) -> None:
    calls = [report for report, _ in told]
    trace = Trace(a_tree(agent("a", tool("x"), *(a_call(*one) for one in told))))
    expected = summed(calls, unit)
    if expected is None:
        with pytest.raises(
            UsageNotRecorded, match=r"^(expected \w+ of every model call, |no price is known for 'acme/)"
        ):
            getattr(trace.usage, unit)
    else:
        assert getattr(trace.usage, unit) == expected
    if unit in Budget.__annotations__:
        held(trace, unit, expected)


def held(trace: Trace, unit: str, expected: int | None) -> None:
    if expected is not None:
        trace.assert_budget(**{unit: expected})
        return
    with pytest.raises(Mismatch) as red:
        trace.assert_budget(**{unit: HUGE})
    assert "got" not in str(red.value).splitlines()[0]


COLUMNS = {
    "input": "input_tokens",
    "cached": "cached_input_tokens",
    "output": "output_tokens",
    "reasoning": "reasoning_tokens",
}


@many
@given(st.lists(reports, min_size=1, max_size=4))
def test_the_report_shows_what_was_told_and_that_more_is_unknown(calls: list[Report]) -> None:
    session = a_session([("t.py::test_a", agent("a", *(a_call(report, "acme/m") for report in calls)), {})])
    lines = [line.text for line in report_lines(session, rows=9, width=300)]
    at = next(at for at, line in enumerate(lines) if line.startswith(" models"))
    titles, cells = lines[at].split(), lines[at + 1].replace("≥ ", "≥").split()
    shown = dict(zip(titles, cells, strict=False))  # a time has a unit: two words
    for title in titles:
        if title in COLUMNS:
            unit = COLUMNS[title]
            known = sum(read(report, unit) or 0 for report in calls)
            partly = f"≥{known}" if known else "?"
            assert shown[title] == (partly if summed(calls, unit) is None else str(known))
    tokens = summed(calls, "total_tokens")
    assert f" · {count(tokens, 'token')} · " in lines[0] if tokens is not None else "unreported" in lines[0]

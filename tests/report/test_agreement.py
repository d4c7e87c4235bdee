"""The report never contradicts budgets and usage: they count what it counts, and refuse what it does not know."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pytest_traces import Mismatch, Trace, UsageNotRecorded
from pytest_traces.report.summary import summarise
from tests.builders import Step, a_tree, span

HUGE = 10**9
UNITS = ["input_tokens", "output_tokens", "total_tokens", "cost_usd", "requests"]
reports = st.dictionaries(st.sampled_from([f"acme/m:{unit}" for unit in UNITS]), st.integers(0, 9), max_size=4)
fields = st.fixed_dictionaries(
    {"status": st.sampled_from(["success", "success", "error", "blocked", "cancelled", "timeout"])},
    optional={"usage": reports},
)
types = st.sampled_from(["llm", "llm", "llm", "embedding", "tool", "retrieval", "agent", "chain"])


def steps(below: st.SearchStrategy[Step]) -> st.SearchStrategy[Step]:
    return st.builds(
        lambda type, more, told: span(type, type, *more, **told), types, st.lists(below, max_size=3), fields
    )


programs = st.lists(
    st.recursive(st.builds(lambda type, told: span(type, type, **told), types, fields), steps, max_leaves=12),
    min_size=1,
    max_size=3,
)
many = settings(
    max_examples=300, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)


def fails(trace, **limit):
    with pytest.raises(Mismatch) as red:
        trace.assert_budget(**limit)
    return str(red.value)


@many
@given(programs)
def test_model_calls_are_counted_alike(program):
    tree = a_tree(*program)
    trace, calls = Trace(tree), summarise(tree, slow_ms=1500)["llm_calls"]
    trace.assert_budget(llm_calls=calls)
    if calls:
        assert f"got {calls}" in fails(trace, llm_calls=calls - 1)


@many
@given(programs, st.sampled_from([("total_tokens", "tokens", "unreported"), ("cost_usd", "cost_usd", "unpriced")]))
def test_tokens_and_cost_are_the_same_or_unknown_to_all(program, figure):
    unit, known, unknown = figure
    tree = a_tree(*program)
    trace, summary = Trace(tree), summarise(tree, slow_ms=1500)
    if summary[unknown] or not trace.usage.by_model:
        assert "got" not in fails(trace, **{unit: HUGE})
        with pytest.raises(UsageNotRecorded):
            getattr(trace.usage, unit)
    else:
        trace.assert_budget(**{unit: summary[known]})
        assert getattr(trace.usage, unit) == summary[known]
        if summary[known]:
            assert f"got {summary[known]:g}" in fails(trace, **{unit: summary[known] - 1})

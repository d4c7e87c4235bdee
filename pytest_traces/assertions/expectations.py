"""Everything that can be expected of a trace, and of any selection of its spans."""

from __future__ import annotations

from pytest_traces.assertions.budgets import BudgetExpectations
from pytest_traces.assertions.calls import CallExpectations
from pytest_traces.assertions.dataflow import DataFlowExpectations
from pytest_traces.assertions.health import HealthExpectations
from pytest_traces.assertions.sequences import SequenceExpectations
from pytest_traces.assertions.streaming import StreamExpectations


class Expectations(
    SequenceExpectations,
    CallExpectations,
    DataFlowExpectations,
    HealthExpectations,
    StreamExpectations,
    BudgetExpectations,
):
    """The vocabulary: `assert_sequence`, `assert_calls`, `assert_budget` and the others."""

    __slots__ = ()

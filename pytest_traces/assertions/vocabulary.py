"""Everything that can be expected of a trace, and of any selection of its spans."""

from __future__ import annotations

from pytest_traces.assertions.expectations.budgets import BudgetExpectations
from pytest_traces.assertions.expectations.calls import CallExpectations
from pytest_traces.assertions.expectations.dataflow import DataFlowExpectations
from pytest_traces.assertions.expectations.health import HealthExpectations
from pytest_traces.assertions.expectations.streams import StreamExpectations
from pytest_traces.assertions.sequences.reading import SequenceExpectations


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

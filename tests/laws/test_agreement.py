"""What is drawn and what patterns and retries ask are one order: the layout says what `concurrent` says."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import combinations
from tempfile import NamedTemporaryFile

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from pytest_traces.analysis.arrangement import Fork, Knot, Series, arrange
from pytest_traces.analysis.order import LaneLog, concurrent, moment_of, precedes
from pytest_traces.drawing.tree import draw_tree, outline
from pytest_traces.model.span import Span
from pytest_traces.model.tree import SpanTree
from pytest_traces.runtime.rows import HEADER, encode_rows
from pytest_traces.trace import Trace
from tests.laws.programs import Series as Program
from tests.laws.programs import programs
from tests.laws.running import record

some = settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@some
@given(programs(), st.integers(0, 1_000))
def test_siblings_are_drawn_side_by_side_exactly_where_they_ran_side_by_side(program: Program, schedule: int) -> None:
    tree = record(program, schedule)
    log = LaneLog(lambda: tree.spans)
    for family in [tree.roots, *(tree.children(span) for span in tree.spans)]:
        before = drawn_order(arrange([moment_of(span) for span in family], log))
        for a, b in combinations(map(moment_of, family), 2):
            assert ((a.id, b.id) in before) is precedes(a, b, log) is not concurrent(a, b, log)


@some
@given(programs())
def test_a_trace_read_back_from_its_file_is_drawn_alike(program: Program) -> None:
    tree = record(program, 0)
    rows = [HEADER, *encode_rows(tree)]
    with NamedTemporaryFile("w+", suffix=".jsonl") as file:
        file.write("".join(f"{json.dumps(row)}\n" for row in rows))
        file.flush()
        assert str(Trace.load(file.name)) == draw_tree(tree, outline)


def drawn_order(series: Series[Span]) -> set[tuple[str, str]]:
    """Return which spans come before which according to an arrangement."""
    before: set[tuple[str, str]] = set()
    passed: list[str] = []
    for step in series:
        inside = _ids(step)
        before |= {(a, b) for a in passed for b in inside}
        before |= _within(step)
        passed += inside
    return before


def _within(step: Span | Fork[Span] | Knot[Span]) -> set[tuple[str, str]]:
    if isinstance(step, Fork):
        return set().union(*map(drawn_order, step.branches))
    if isinstance(step, Span):
        return set()
    before: list[set[int]] = []
    for after in step.after:
        before.append(set(after).union(*(before[i] for i in after)))
    return {(step.items[i].call_id, step.items[j].call_id) for j, all_before in enumerate(before) for i in all_before}


def _ids(step: Span | Fork[Span] | Knot[Span]) -> Sequence[str]:
    if isinstance(step, Span):
        return [step.call_id]
    if isinstance(step, Knot):
        return [span.call_id for span in step.items]
    return [id for branch in step.branches for inner in branch for id in _ids(inner)]


def test_an_empty_tree_has_no_order() -> None:
    assert drawn_order(arrange([], LaneLog(lambda: SpanTree().spans))) == set()

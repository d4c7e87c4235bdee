"""What is drawn and what patterns and retries ask are one order: the layout says what `concurrent` says."""

from __future__ import annotations

import json
from itertools import combinations
from tempfile import NamedTemporaryFile

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from pytest_traces.analysis.ordering.arrangement import arrange
from pytest_traces.analysis.ordering.history import History
from pytest_traces.analysis.ordering.siblings import concurrent, moment_of, precedes
from pytest_traces.drawing.tree import draw_tree, outline
from pytest_traces.formats.jsonl.writing import HEADER, encode_rows
from pytest_traces.trace.trace import Trace
from tests.laws.random_programs.programs import Series as Program
from tests.laws.random_programs.programs import programs
from tests.laws.random_programs.running import record
from tests.schedules import drawn_order

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
    history = History()
    for family in [tree.roots, *(tree.children(span) for span in tree.spans)]:
        before = drawn_order(arrange([moment_of(span) for span in family], history))
        for a, b in combinations(map(moment_of, family), 2):
            assert ((a.id, b.id) in before) is precedes(a, b, history) is not concurrent(a, b, history)


@some
@given(programs())
def test_a_trace_read_back_from_its_file_is_drawn_alike(program: Program) -> None:
    tree = record(program, 0)
    rows = [HEADER, *encode_rows(tree)]
    with NamedTemporaryFile("w+", suffix=".jsonl") as file:
        file.write("".join(f"{json.dumps(row)}\n" for row in rows))
        file.flush()
        assert str(Trace.load(file.name)) == draw_tree(tree, outline)


def test_an_empty_tree_has_no_order() -> None:
    assert drawn_order(arrange([], History())) == set()

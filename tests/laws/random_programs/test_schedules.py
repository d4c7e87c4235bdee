"""Snapshot law 1, first half: scheduling never changes what is drawn.

`TRACES_LAW_PROGRAMS=5000 pytest tests/laws/random_programs/test_schedules.py` looks at more programs.
"""

from __future__ import annotations

import os

from hypothesis import HealthCheck, Phase, given, note, settings

from pytest_traces.drawing.tree import draw_tree
from pytest_traces.model.tree import SpanTree
from tests.laws.random_programs.programs import Call, Fork, Loop, Series, programs
from tests.laws.random_programs.running import record

PROGRAMS = int(os.environ.get("TRACES_LAW_PROGRAMS", "300"))
SCHEDULES = 15


def drawn(tree: SpanTree) -> str:
    return draw_tree(tree, lambda span: f"{span.type} {span.name} {span.input}")


@settings(
    max_examples=PROGRAMS,
    deadline=None,
    derandomize="TRACES_LAW_PROGRAMS" not in os.environ,
    database=None,
    phases=[Phase.generate],  # what depends on luck cannot be shrunk
    suppress_health_check=list(HealthCheck),
)
@given(programs())
def test_a_tree_is_the_same_under_every_schedule(program: Series) -> None:
    trees = {}
    for schedule in range(SCHEDULES):
        trees.setdefault(drawn(record(program, schedule)), schedule)
    for tree, schedule in trees.items():
        note(f"schedule {schedule}\n{tree}\n")
    assert len(trees) == 1


def test_the_order_of_overlap_in_time_would_not_pass() -> None:
    branch = (Call("tool", "a", 1), Call("tool", "b", 1), Call("tool", "c", 1))
    program = (Loop((Fork("gather", (branch, branch, branch), ()),)),)
    assert len({drawn(record(program, schedule).without_order()) for schedule in range(SCHEDULES)}) > 1
    assert len({drawn(record(program, schedule)) for schedule in range(SCHEDULES)}) == 1

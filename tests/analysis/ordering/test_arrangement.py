"""Siblings as a series: few are compared pair by pair, many are not, and both say the same."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from pytest_traces.analysis.ordering import arrangement
from pytest_traces.analysis.ordering.arrangement import DEEPEST, arrange
from pytest_traces.analysis.ordering.history import History
from pytest_traces.analysis.ordering.intervals import EXACT_UP_TO
from pytest_traces.analysis.ordering.series import Fork, Series
from pytest_traces.analysis.ordering.siblings import Moment, moment_of, precedes
from pytest_traces.model.lane import Lane, Stamp
from tests.schedules import drawn_order, programs, run


@settings(max_examples=200, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
@given(programs, st.integers(0, 1_000))
@example([[["a"], ["b"], ["x"]], "a"], 0)
@example(["a", [["a", [["b"], ["x"]]], ["b"]]], 0)
def test_many_siblings_that_fork_and_join_are_arranged_as_exactly_as_few(program: list, seed: int) -> None:
    trace = run(program, seed)
    history = History()
    moments = [moment_of(span) for span in trace.spans]
    expected = {(a.id, b.id) for a, b in combinations(moments, 2) if precedes(a, b, history)}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(arrangement, "EXACT_UP_TO", 0)
        assert drawn_order(arrange(moments, history)) == expected


def test_a_span_spawned_early_that_began_late_is_beside_all_in_between() -> None:
    first = spawned("first", 2, starts=3, ends=4, joined=5)
    second = spawned("second", 6, starts=7, ends=11, joined=12)
    late = spawned("late", 1, starts=8, ends=9, joined=10)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(arrangement, "EXACT_UP_TO", 0)
        [fork] = arrange([first, second, late], History())
    assert isinstance(fork, Fork)
    assert sorted(fork.branches) == [("first", "second"), ("late",)]


@pytest.mark.parametrize(("many", "branches"), [(EXACT_UP_TO, EXACT_UP_TO - 1), (EXACT_UP_TO + 1, EXACT_UP_TO + 1)])
def test_siblings_that_wait_for_one_another_are_in_order_up_to_a_number(many: int, branches: int) -> None:
    moments = [
        spawned(str(n), n + 1, starts=many + 10 * n, ends=many + 10 * n + 5, joined=100 * many) for n in range(many)
    ]
    lanes = [moment.stamp.lane for moment in moments if moment.stamp is not None]
    lanes[1].hear(lanes[0], many + 6)
    [fork] = arrange(moments, History())
    assert isinstance(fork, Fork)
    assert len(fork.branches) == branches


def test_few_that_wait_for_one_another_are_in_order_before_many_that_follow() -> None:
    few = [spawned(name, n, starts=10 + n, ends=20 + 10 * n, joined=90) for n, name in enumerate("acb")]
    lanes = [moment.stamp.lane for moment in few if moment.stamp is not None]
    lanes[2].hear(lanes[0], 21)
    few[2] = Moment("b", "b", Stamp(22, 40, lanes[2]), 0.0, 0.0)
    many = [Moment(f"t{n}", f"t{n}", Stamp(100 + 2 * n, 101 + 2 * n, ROOT), 0.0, 0.0) for n in range(EXACT_UP_TO)]
    fork, *others = arrange([*few, *many], History())
    assert isinstance(fork, Fork)
    assert sorted(fork.branches) == [("a", "b"), ("c",)]
    assert others == [moment.item for moment in many]


def test_siblings_that_cross_over_are_arranged_part_by_part() -> None:
    crossing = [(0, 10, "a"), (0, 30, "b"), (15, 40, "c"), (35, 50, "d")]
    moments = [unseen(f"{name}{turn}", t0 + turn, t1 + turn) for turn in (0, 100) for t0, t1, name in crossing]
    assert drawn(arrange(moments, History())) == ["(a0 b0 c0 d0)", "(a100 b100 c100 d100)"]


def test_very_many_without_lanes_are_arranged_by_how_many_were_over() -> None:
    many = [unseen(f"t{n}", n, n + 2 if n % 3 else n + 1) for n in range(EXACT_UP_TO + 2)]
    assert drawn(arrange(many, History()))[:5] == ["t0", "(t1 t2)", "t3", "(t4 t5)", "t6"]


def test_a_running_span_is_before_none_of_very_many() -> None:
    many = [unseen("still", 0, None), *(unseen(f"t{n}", n, n + 1) for n in range(EXACT_UP_TO))]
    assert drawn(arrange(many, History()))[:3] == ["(still t0)", "t1", "t2"]


def test_very_many_with_declared_order_are_arranged_by_the_longest_way_to_each() -> None:
    declared = {1: "0", 2: "1", 3: "0", 4: "23", 5: "x"}
    many = [tasked(str(n), frozenset(declared.get(n, ""))) for n in range(EXACT_UP_TO + 1)]
    first, *others = drawn(arrange(many, History()))
    assert first.split()[:3] == ["(0", "5", "6"]
    assert others == ["(1 3)", "2", "4"]


def test_very_many_that_cross_over_are_arranged_by_logical_time() -> None:
    many = [
        spawned(f"t{n}", 10 * n, starts=10 * n + 1, ends=10 * n + 14, joined=10 * n + 15)
        for n in range(EXACT_UP_TO + 2)
    ]
    assert drawn(arrange(many, History()))[:3] == ["(t0 t1)", "(t2 t3)", "(t4 t5)"]


def test_spans_recorded_apart_have_no_declared_order_among_very_many() -> None:
    many = [*(tasked(str(n), frozenset({"0"} if n == 1 else ())) for n in range(EXACT_UP_TO)), unseen("apart", 0, 1)]
    assert drawn(arrange(many, History()))[1:] == ["1"]


@pytest.mark.parametrize("many", [EXACT_UP_TO, EXACT_UP_TO + 1])
def test_pairs_are_compared_up_to_a_number(many: int) -> None:
    moments = [unseen(str(n), n, n + 1.5) for n in range(many)]
    assert len(arrange(moments, History())) == (1 if many <= EXACT_UP_TO else many // 2 + 1)


def test_forks_are_followed_inwards_up_to_a_depth() -> None:
    program: list = ["a"]
    for _ in range(DEEPEST + 20):
        program = ["b", [["c"], program]]
    trace = run(program, 0)
    found = arrange([moment_of(span) for span in trace.spans], History())
    depth = 0
    while inner := [step for step in found if isinstance(step, Fork)]:
        depth += 1
        found = max(inner[0].branches, key=lambda branch: sum(isinstance(step, Fork) for step in branch))
    assert depth == DEEPEST + 1


def unseen(name: str, t0: float, t1: float | None) -> Moment[str]:
    """Make a sibling of which only its times are known."""
    return Moment(name, name, None, t0, t1)


ROOT = Lane(None, 0, "root")


def tasked(name: str, after: frozenset[str] = frozenset()) -> Moment[str]:
    """Make a sibling that ran in a task of its own, all spawned up front."""
    return Moment(name, name, Stamp(1, 2, Lane(ROOT, 0, "task"), after), 0.0, 1.0)


def spawned(name: str, clock: int, *, starts: int, ends: int, joined: int) -> Moment[str]:
    """Make a sibling in a task of its own, by logical times: of its spawn, its start, its end, the wait."""
    lane = Lane(ROOT, clock, "task")
    ROOT.hear(lane, joined)
    return Moment(name, name, Stamp(starts, ends, lane), 0.0, 0.0)


def drawn(series: Series[str]) -> list[str]:
    """Return a text for each step of a series: what it holds, in start order."""
    return [step if isinstance(step, str) else f"({' '.join(_names(step))})" for step in series]


def _names(step: object) -> list[str]:
    if isinstance(step, str):
        return [step]
    if isinstance(step, Fork):
        return [name for branch in step.branches for inner in branch for name in _names(inner)]
    return [*step.items]  # type: ignore[attr-defined]

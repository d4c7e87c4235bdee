"""The marks before concurrent siblings: no two structures have the same ones."""

from __future__ import annotations

import itertools
import sys
from collections.abc import Sequence
from itertools import combinations, permutations, product
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from pytest_traces.drawing.layout import Layout
from pytest_traces.drawing.tree import draw_tree
from pytest_traces.model.lane import Lane
from pytest_traces.model.tree import SpanTree
from pytest_traces.runtime.harvest.tree import harvest
from pytest_traces.runtime.recording.recorder import Place, Recorder
from tests.builders import a_recorder, a_tree, agent, at_once, start, tool


def drawn(tree: SpanTree) -> str:
    return draw_tree(tree, lambda span: span.name)


def test_branches_are_sorted_by_content_and_continued_in_order() -> None:
    tree = a_tree(at_once([tool("b"), tool("a")], tool("a")), tool("c"))
    assert drawn(tree) == "∥ a\n∥ b\n∥ ↳ a\nc"


def test_a_group_right_after_a_group_is_told_from_it() -> None:
    assert drawn(a_tree(at_once(tool("a"), tool("b")), at_once(tool("c"), tool("d")))) == "∥ a\n∥ b\nthen ∥ c\n∥ d"


def test_equal_siblings_are_ordered_by_what_is_below_them() -> None:
    one, other = agent("a", tool("x")), agent("a", tool("y"))
    assert drawn(a_tree(at_once(one, other))) == drawn(a_tree(at_once(other, one)))


def test_a_span_of_a_knot_names_the_spans_that_it_waited_for() -> None:
    assert drawn(ordered("abcd", {(0, 2), (1, 2), (1, 3)})) == "∥ a\n∥ b\n∥ ↳1,2 c\n∥ ↳2 d"


# A series is a list of steps: a name, or a fork as a tuple of series.

names = st.sampled_from("abc")
series = st.recursive(
    st.lists(names, min_size=1, max_size=3),
    lambda inner: st.lists(
        st.one_of(names, st.lists(inner, min_size=2, max_size=3).map(tuple)), min_size=1, max_size=3
    ),
    max_leaves=8,
)


@given(series)
def test_a_series_of_forks_can_be_read_back_from_its_marks(structure: list[Any]) -> None:
    text = drawn(a_tree(*_planned(structure)))
    assert _canonical(_read(text.split("\n"))) == _canonical(structure)


def _planned(structure: Sequence[Any]) -> list[Any]:
    return [
        tool(step) if isinstance(step, str) else at_once(*(_planned(branch) for branch in step)) for step in structure
    ]


def _canonical(structure: Sequence[Any]) -> list[Any]:
    steps: list[Any] = []
    for step in structure:
        if isinstance(step, str):
            steps.append(step)
            continue
        branches: list[Any] = []
        for branch in map(_canonical, step):
            alone = len(branch) == 1 and isinstance(branch[0], tuple)
            branches.extend(branch[0] if alone else [branch])
        steps.append(tuple(sorted(branches, key=repr)))
    return steps


def _read(lines: Sequence[str]) -> list[Any]:
    steps: list[Any] = []
    group: list[list[str]] | None = None
    for line in lines:
        if line.startswith("then ") or not line.startswith("∥ "):
            steps.extend([tuple(map(_read, group))] if group else [])
            group = None
        line = line.removeprefix("then ")
        if not line.startswith("∥ "):
            steps.append(line)
        elif line.startswith("∥ ↳ "):
            assert group is not None
            group[-1].append(line.removeprefix("∥ ↳ "))
        else:
            group = [*(group or []), [line.removeprefix("∥ ")]]
    return [*steps, *([tuple(map(_read, group))] if group else [])]


def ordered(names: Sequence[str], before: set[tuple[int, int]]) -> SpanTree:
    """Return siblings of which some came before others, and which else had nothing to do with one another."""
    recorder = a_recorder(at_once(*map(tool, names)))
    for j, record in enumerate(recorder.records):
        record.after = frozenset(recorder.records[i].call_id for i, k in before if k == j)
    return harvest(recorder)


def _orders(size: int) -> list[set[tuple[int, int]]]:
    pairs = list(combinations(range(size), 2))
    chosen = [
        {pair for pair, taken in zip(pairs, bits, strict=True) if taken} for bits in product((0, 1), repeat=len(pairs))
    ]
    return [some for some in chosen if all((a, d) in some for a, b in some for c, d in some if b == c)]


def _shape(names: str, before: set[tuple[int, int]]) -> Any:
    """Return the same value for orders that differ in nothing but numbering."""
    return min(
        ("".join(names[i] for i in order), sorted((order.index(a), order.index(b)) for a, b in before))
        for order in permutations(range(len(names)))
    )


def test_no_two_orders_of_four_things_look_alike_and_equal_ones_always_do() -> None:
    looks: dict[str, set[str]] = {}
    shapes: dict[str, set[str]] = {}
    for before in _orders(4):
        for names in ("aaaa", "aaab", "abaa", "aabb", "abab", "abcd"):
            text, shape = drawn(ordered(names, before)), repr(_shape(names, before))
            looks.setdefault(text, set()).add(shape)
            shapes.setdefault(shape, set()).add(text)
    assert {max(map(len, looks.values())), max(map(len, shapes.values()))} == {1}


def test_no_two_orders_of_five_equal_things_look_alike() -> None:
    pairs = {(drawn(ordered("aaaaa", before)), repr(_shape("aaaaa", before))) for before in _orders(5)}
    assert len(pairs) == len({text for text, _ in pairs}) == len({shape for _, shape in pairs}) == 63


def test_the_work_of_laying_out_siblings_of_one_gather_grows_with_their_number() -> None:
    def gathered(count: int) -> SpanTree:
        recorder = Recorder("a test")
        lanes = [Lane(recorder.root, recorder.tick(), "task") for _ in range(count)]
        for number, lane in enumerate(lanes):
            start(recorder, f"t{number % 7}", place=Place(recorder, None, lane)).end()
        return harvest(recorder)

    assert _work(gathered(2_000)) < 2.5 * _work(gathered(1_000))


def test_the_work_of_laying_out_a_chain_grows_with_its_depth() -> None:
    def chain(depth: int) -> SpanTree:
        recorder = Recorder("a test")
        place = Place(recorder, None, recorder.root)
        for _ in range(depth):
            place = start(recorder, "step", place=place)
        return harvest(recorder)

    assert _work(chain(10_000)) < 2.5 * _work(chain(5_000))


def _work(tree: SpanTree) -> int:
    """Return how many calls a layout makes: as good as a clock, and the same on every machine."""
    calls = itertools.count()
    before = sys.getprofile()
    sys.setprofile(lambda frame, event, arg: next(calls) if "call" in event else None)
    try:
        Layout(tree, lambda span: span.name)
    finally:
        sys.setprofile(before)
    return next(calls)

"""The matcher says what trying everything says, about programs that run things side by side."""

from collections.abc import Iterator, Sequence
from itertools import combinations, permutations, product

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from pytest_traces.analysis.ordering.causality import Causality
from pytest_traces.assertions.sequences.patterns import parallel
from pytest_traces.model.tree import SpanTree
from pytest_traces.trace.selection import Span
from tests.assertions.reading import why
from tests.schedules import programs, run

# A pattern is, like a program, a series of names and forks, with gaps.
GAP = "..."

steps = st.sampled_from("ab")
branches = st.lists(st.lists(steps, min_size=1, max_size=2), min_size=2, max_size=2)
patterns = st.lists(st.one_of(steps, st.just(GAP), branches), min_size=1, max_size=4)


@settings(max_examples=500, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
@given(programs, st.integers(0, 1_000), patterns)
@example([[["a", "b"], ["x"]]], 1, ["a", GAP, "b"])
@example([[["x", "b"], ["x"]]], 1, ["b", GAP])
@example([[["x", "a"], ["b"]]], 1, [[["a"], ["b"]], GAP])
@example([[["a"], ["b"], ["b"]]], 1, ["a", [["b"], ["b"]]])
@example([[["a"], ["b", "a"]]], 1, [[["a"], ["b"]], "a"])
@example([[["a", "a"], ["b"]]], 1, [[["a"], ["b"]], "a"])
@example(["a", [["b"], ["x"]]], 0, [GAP, "a", "b"])
@example(["a", [["b"], ["x"]]], 1, [GAP, "a", "b"])
def test_a_sequence_holds_exactly_where_some_reading_of_it_does(program: list, seed: int, pattern: list) -> None:
    trace = run(program, seed)
    spans = trace.spans[:6]
    if all(item == GAP for item in pattern):
        return  # what asks for nothing is refused
    said = why(spans.assert_sequence, *(in_our_words(item) for item in pattern))
    assert said.startswith(("it passed", "Mismatch"))
    causality = Causality(SpanTree(trace.spans))
    assert (said == "it passed") == any(
        is_in_order(pattern, chosen, spans, causality) and leaves_only_gaps(pattern, chosen, spans, causality)
        for chosen in choices(pattern, spans)
    )


def in_our_words(item: list | str) -> object:
    if isinstance(item, list):
        return parallel(*item)
    return ... if item == GAP else item


def size(item: list | str) -> int:
    return sum(map(len, item)) if isinstance(item, list) else int(item != GAP)


def choices(pattern: list, spans: Sequence[Span]) -> Iterator[list[int]]:
    """Give every way to lay the steps of a pattern on spans of their names."""
    names = [name for item in pattern if item != GAP for branch in item for name in branch]
    for chosen in permutations(range(len(spans)), len(names)):
        if all(spans[at].name == name for at, name in zip(chosen, names, strict=True)):
            yield [*chosen]


def is_in_order(pattern: list, chosen: list[int], spans: Sequence[Span], causality: Causality) -> bool:
    def follows(at: int, before: list[int]) -> bool:
        return all(one < at and not causality.side_by_side(spans[one], spans[at]) for one in before)

    rest = iter(chosen)
    last: list[int] = []
    for item in pattern:
        taken = [[next(rest) for _ in branch] for branch in item] if item != GAP else []
        for branch in taken:
            if not all(follows(at, [branch[step - 1]] if step else last) for step, at in enumerate(branch)):
                return False
        pairs = (pair for one, other in combinations(taken, 2) for pair in product(one, other))
        if not all(causality.side_by_side(spans[a], spans[b]) for a, b in pairs):
            return False
        last = [at for branch in taken for at in branch] or last
    return True


def leaves_only_gaps(pattern: list, chosen: list[int], spans: Sequence[Span], causality: Causality) -> bool:
    """Tell whether each span that is no step could have come at some gap, were the schedule another one."""
    ends = [sum(map(size, pattern[:place])) for place, item in enumerate(pattern) if item == GAP]

    def fits(at: int, end: int) -> bool:
        early = [step for step in chosen[:end] if step > at] + [step for step in chosen[end:] if step < at]
        return all(causality.side_by_side(spans[step], spans[at]) for step in early)

    return all(any(fits(at, end) for end in ends) for at in range(len(spans)) if at not in chosen)

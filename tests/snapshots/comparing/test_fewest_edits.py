"""However a program changes, the message never names more edits than were made."""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_traces.snapshots.comparing.explain import explain_tree
from tests.builders import AtOnce, Step, a_trace, agent, at_once, tool

NAMES = "abcde"
Series = list[Any]


def a_leaf(rng: random.Random) -> Step:
    type = rng.choice(["tool", "tool", "llm", "retrieval", "agent"])
    fields: dict[str, Any] = {}
    if type in ("tool", "retrieval"):
        outcome = {"error": f"E: {rng.choice('xy')}"} if rng.random() < 0.2 else {"output": rng.randrange(30)}
        fields = {"input": {"q": rng.randrange(30)}, **outcome}
    return Step(type, rng.choice(NAMES), (), fields)


def a_span(rng: random.Random, depth: int) -> Step:
    step = a_leaf(rng)
    if depth and (step.type == "agent" or rng.random() < 0.4):
        step.below = tuple(an_item(rng, depth - 1) for _ in range(rng.randrange(5)))
    return step


def an_item(rng: random.Random, depth: int) -> Any:
    if not depth or rng.random() < 0.75:
        return a_span(rng, depth)
    branches = [[a_span(rng, depth - 1) for _ in range(rng.choice([1, 1, 2]))] for _ in range(rng.randrange(2, 4))]
    return AtOnce(tuple(branches))


def tidied(series: Series) -> Series:
    """Drop forks without branches and open those with one: nothing ran side by side there."""
    tidy: Series = []
    for item in series:
        if isinstance(item, AtOnce):
            branches = [branch for branch in map(tidied, item.branches) if branch]
            tidy.extend(branches[0] if len(branches) == 1 else [AtOnce(tuple(branches))] if branches else [])
        else:
            item.below = tidied(item.below)
            tidy.append(item)
    return tidy


def all_series(series: Series) -> Iterator[Series]:
    yield series
    for item in series:
        for below in item.branches if isinstance(item, AtOnce) else [item.below]:
            yield from all_series(below)


def drop(rng: random.Random, program: Series, series: Series, at: int) -> None:
    del series[at]


def drop_and_keep_children(rng: random.Random, program: Series, series: Series, at: int) -> None:
    series[at : at + 1] = series[at].below


def lose_children_to_the_root(rng: random.Random, program: Series, series: Series, at: int) -> None:
    program.extend(series.pop(at).below)


def duplicate(rng: random.Random, program: Series, series: Series, at: int) -> None:
    series.insert(at + 1, copy.deepcopy(series[at]))


def insert(rng: random.Random, program: Series, series: Series, at: int) -> None:
    series.insert(at, a_leaf(rng))


def wrap(rng: random.Random, program: Series, series: Series, at: int) -> None:
    end = rng.randrange(at + 1, len(series) + 1)
    wrapper = a_leaf(rng)
    wrapper.below, series[at:end] = series[at:end], [wrapper]


def rename(rng: random.Random, program: Series, series: Series, at: int) -> None:
    series[at].name = rng.choice(NAMES)


def retype(rng: random.Random, program: Series, series: Series, at: int) -> None:
    series[at].type = rng.choice(["tool", "agent", "chain"])


def change_input(rng: random.Random, program: Series, series: Series, at: int) -> None:
    series[at].fields["input"] = {"q": rng.randrange(30)}


def change_output(rng: random.Random, program: Series, series: Series, at: int) -> None:
    series[at].fields["output"] = rng.randrange(30)


def fail(rng: random.Random, program: Series, series: Series, at: int) -> None:
    series[at].fields["error"] = "E: z"


def move(rng: random.Random, program: Series, series: Series, at: int) -> None:
    step = series.pop(at)
    target = rng.choice(list(all_series(program)))
    target.insert(rng.randrange(len(target) + 1), step)


def swap(rng: random.Random, program: Series, series: Series, at: int) -> None:
    other = rng.randrange(len(series))
    series[at], series[other] = series[other], series[at]


def run_side_by_side(rng: random.Random, program: Series, series: Series, at: int) -> None:
    series[at : at + 2] = [AtOnce(tuple([item] for item in series[at : at + 2]))]


def run_in_order(rng: random.Random, program: Series, series: Series, at: int) -> None:
    forks = [(some, item) for some in all_series(program) for item in some if isinstance(item, AtOnce)]
    for some, fork in rng.sample(forks, min(1, len(forks))):
        where = next(at for at, item in enumerate(some) if item is fork)
        some[where : where + 1] = [step for branch in fork.branches for step in branch]


MUTATIONS = [
    *(drop, drop_and_keep_children, lose_children_to_the_root, duplicate, insert, wrap, rename, retype),
    *(change_input, change_output, fail, move, swap, run_side_by_side, run_in_order),
]


def mutate(program: Series, rng: random.Random) -> None:
    before = copy.deepcopy(program)
    places = [(some, at) for some in all_series(program) for at, item in enumerate(some) if isinstance(item, Step)]
    rng.choice(MUTATIONS)(rng, program, *rng.choice(places))
    changed = tidied(program)
    program[:] = changed or before


def drawn(program: Series) -> str:
    return a_trace(*copy.deepcopy(program)).span_tree()


@settings(max_examples=500, deadline=None, derandomize=True)
@given(st.integers(0, 2**32), st.integers(1, 5))
def test_the_edits_are_never_more_than_the_mutations(seed: int, mutations: int) -> None:
    rng = random.Random(seed)
    program = tidied([agent("root", *(an_item(rng, 3) for _ in range(rng.randrange(1, 6))))])
    old = drawn(program)
    for _ in range(mutations):
        mutate(program, rng)
    new = drawn(program)
    told = explain_tree(old, new)
    assert told.edits <= mutations, f"{old}\n\n{new}\n\n{told.headline}\n{told.body}"
    assert (told.edits == 0) == (old == new)


@settings(max_examples=30, deadline=None, derandomize=True)
@given(st.integers(0, 2**32))
def test_a_text_never_differs_from_itself(seed: int) -> None:
    text = drawn(tidied([a_span(random.Random(seed), 4)]))
    assert explain_tree(text, text).edits == 0


@settings(max_examples=30, deadline=None, derandomize=True)
@given(st.integers(0, 2**32), st.integers(0, 2**32))
def test_two_programs_that_have_nothing_to_do_with_one_another_are_told_apart(one: int, other: int) -> None:
    old, new = (drawn(tidied([a_span(random.Random(seed), 3)])) for seed in (one, other))
    told = explain_tree(old, new)
    assert (told.edits == 0) == (old == new)
    assert (told.body == "") == (old == new)


def test_one_span_inserted_into_a_very_large_trace_is_one_edit_wherever_it_goes() -> None:
    lines = ["agent root", *(f'├─ tool step_{number % 7} {{"n": {number}}}' for number in range(2_000)), "└─ llm x"]
    for at in (1, 1_000, 2_001):
        told = explain_tree("\n".join(lines), "\n".join([*lines[:at], '├─ tool step_3 {"n": 3}', *lines[at:]]))
        assert told.headline == "1 edit: 1 span added"


def test_very_deep_traces_are_compared_without_recursion() -> None:
    deep = ["agent root", *("   " * level + "└─ agent a" for level in range(1_100))]
    told = explain_tree("\n".join(deep), "\n".join([*deep[:-1], deep[-1].replace("agent a", "tool b")]))
    assert told.edits <= 2
    assert explain_tree("\n".join(deep), "\n".join(deep[:-1])).headline == "1 edit: 1 span removed"


def test_a_thousand_shuffled_spans_are_one_changed_order() -> None:
    lines = [f'├─ tool step {{"n": {number}}}' for number in range(1_000)]
    shuffled = random.Random(1).sample(lines, len(lines))
    assert explain_tree("\n".join(["agent a", *lines]), "\n".join(["agent a", *shuffled])).headline == (
        "1 edit: 1 order changed"
    )


def headline(old: Series, new: Series) -> str:
    return explain_tree(drawn(old), drawn(new)).headline


def test_one_that_took_the_name_of_another_is_told_by_what_it_holds() -> None:
    old = [agent("root", agent("b", tool("e"), agent("d")), tool("t", tool("x"), tool("y")))]
    new = [agent("root", agent("b", tool("t", tool("x"), tool("y"))))]
    assert headline(old, new) == "2 edits: 1 span added, 1 span removed"


def test_two_renames_that_pass_a_name_on_are_two_edits() -> None:
    old = [agent("root", at_once(tool("b", input={"q": 20}), tool("c", input={"q": 2})))]
    new = [agent("root", at_once(tool("a", input={"q": 20}), tool("b", input={"q": 2})))]
    assert headline(old, new) == "2 edits: 2 spans renamed"

"""Patterns that could hold by accident are refused when they are made."""

import pytest

from pytest_traces.assertions.queries.conditions import call
from pytest_traces.assertions.sequences.patterns import either, optional, parallel, read_pattern, repeat
from pytest_traces.errors import TracesError


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: parallel("a"), "parallel() needs at least two branches, got 1"),
        (lambda: parallel("a", []), "parallel() needs steps, got an empty list"),
        (
            lambda: parallel("a", optional("b")),
            "each branch of parallel() must match at least one call",
        ),
        (lambda: either("a"), "either() needs at least two alternatives, got 1"),
        (lambda: either("a", []), "either() needs steps, got an empty list"),
        (lambda: repeat([]), "repeat() needs steps, got an empty list"),
        (lambda: repeat("a", 1, 2.5), "repeat() counts with whole numbers from 0, got 2.5"),
        (lambda: repeat("a", -1), "repeat() counts with whole numbers from 0, got -1"),
        (lambda: repeat("a", True), "repeat() counts with whole numbers from 0, got True"),
        (lambda: repeat("a", 3, 2), "repeat() needs a range of counts, got 3 to 2"),
        (lambda: repeat("a", 0, 0), "repeat() needs a range of counts, got 0 to 0"),
        (lambda: repeat(optional("a")), "repeat() needs a step that matches at least one call"),
        (lambda: repeat(...), "repeat() needs a step that matches at least one call"),
        (
            lambda: read_pattern([]),
            "a sequence needs at least one step; assert_never('*') says that nothing was called",
        ),
        (
            lambda: read_pattern([..., optional("a")]),
            "a sequence must ask for at least one step, [..., optional('a')] may match no call",
        ),
        (lambda: read_pattern([""]), "a step must be a name, a glob, a regex or a predicate, got ''"),
        (lambda: read_pattern([None]), "a step must be a name, a glob, a regex or a predicate, got None"),
        (call, "call() needs a name or a condition: without one it matches every span"),
    ],
)
def test_a_pattern_that_means_nothing_is_refused(make, message):
    with pytest.raises(TracesError) as refused:
        make()
    assert str(refused.value) == message


def test_patterns_read_as_they_are_written():
    forks = (parallel("a", ["b", ...]), either("c", "d"))
    assert repr(read_pattern(forks)) == "(parallel('a', ['b', ...]), either('c', 'd'))"
    counted = (repeat("e", 1, 3), repeat("f"), optional("g"), call("h", type="llm"))
    assert repr(read_pattern(counted)) == "(repeat('e', 1, 3), repeat('f', 1), optional('g'), call('h', type='llm'))"

"""The loop in which a program takes items: found around a call, left when the code goes on behind it."""

import sys

from pytest_traces.runtime.exchanges.iterations import Iteration, Surroundings, iteration, surroundings


def here(around: Surroundings | None = None) -> Iteration | None:
    return iteration(sys._getframe(1), {} if around is None else around)


def test_a_call_that_is_not_repeated_has_no_loop() -> None:
    assert here() is None


def test_a_loop_goes_on_in_its_body_and_in_what_the_body_calls() -> None:
    for _ in range(2):
        loop = here()
        assert loop is not None
        assert loop.goes_on(sys._getframe())
        assert (lambda: loop.goes_on(sys._getframe()))()


def test_a_loop_is_left_behind_its_last_line() -> None:
    loop = None
    while loop is None:
        loop = here()
    assert not loop.goes_on(sys._getframe())


def test_the_innermost_loop_counts() -> None:
    for _ in (1,):
        outer = here()
        for _ in (1,):
            inner = here()
        assert outer is not None
        assert inner is not None
        assert outer.goes_on(sys._getframe())
        assert not inner.goes_on(sys._getframe())


def repeated(around: Surroundings | None = None) -> Iteration | None:
    found = None
    for _ in range(2):
        found = here(around)
    return found


def test_the_loop_of_a_call_that_is_over_is_not_that_of_the_next_call() -> None:
    first, second = repeated(), repeated()
    assert first is not None
    assert second is not None
    assert first != second
    assert not first.goes_on(second.frame)


def test_a_loop_around_the_recording_is_none_of_the_program() -> None:
    for _ in range(2):
        assert here(surroundings()) is None

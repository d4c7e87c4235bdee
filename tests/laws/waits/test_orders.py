"""The schedules are not blind: what a tree draws side by side did begin in more than one order."""

from __future__ import annotations

import threading

import pytest

from tests.laws.waits import test_loops, test_queues, test_races, test_signals, test_trio
from tests.laws.waits.steps import Program, Run, Steps, begun, drawn, plainly, switched

IN_LOOPS: list[tuple[Program, Run]] = [
    (test_loops.fire_and_forget, plainly),
    (test_queues.two_workers_of_a_queue, plainly),
    (test_queues.answers_of_two_tasks, plainly),
    (test_queues.two_receivers_of_a_stream, plainly),
    (test_races.the_first_only, plainly),
    (test_races.the_first_and_then_the_other, plainly),
    (test_signals.an_event_of_two_waiters, plainly),
    (test_signals.a_semaphore_that_counts, plainly),
    (test_trio.a_nursery, test_trio.in_trio),
    (test_trio.a_task_that_says_when_it_has_begun, test_trio.in_trio),
    (test_trio.two_receivers_of_a_channel, test_trio.in_trio),
    (test_trio.two_receivers_of_a_stream, test_trio.in_trio),
    (test_trio.an_event_of_two_waiters, test_trio.in_trio),
]


@pytest.mark.parametrize(("program", "run"), IN_LOOPS, ids=lambda one: one.__name__)
def test_a_schedule_of_a_loop_has_an_order_of_its_own_and_has_it_again(program: Program, run: Run) -> None:
    def orders() -> list[list[str]]:
        with switched():
            return [begun(program, Steps(schedule), run) for schedule in range(30)]

    once, again = orders(), orders()
    assert once == again
    assert len({*map(tuple, once)}) > 1


class Held(Steps):
    """Holds one step up until another one is over, by a lock: who waits for a lock is not observed."""

    def __init__(self, held: str, until: str) -> None:
        super().__init__(0)
        self._held, self._until, self._running = held, until, threading.Lock()
        self._running.acquire()

    def __call__(self, name: str) -> str:
        assert name != self._held or self._running.acquire(timeout=60)
        told = super().__call__(name)
        if name == self._until:
            self._running.release()
        return told

    async def later(self, name: str) -> str:
        return self(name)


IN_THREADS: list[tuple[Program, str, str]] = [
    (test_loops.loops_in_threads, "a", "b"),
    (test_queues.two_threads_of_a_queue, "b", "c"),
    (test_queues.answers_of_two_threads, "b", "c"),
    (test_queues.both_answers, "a", "b"),
    (test_queues.the_first_of_two_answers, "a", "b"),
    (test_races.futures_as_completed, "a", "b"),
    (test_races.as_completed_without_results, "a", "b"),
    (test_races.the_first_future_only, "a", "b"),
    (test_races.all_futures, "a", "b"),
    (test_signals.an_event_of_two_setters, "a", "b"),
    (test_signals.a_barrier, "a1", "b1"),
]


@pytest.mark.parametrize(("program", "one", "other"), IN_THREADS, ids=lambda one: getattr(one, "__name__", ""))
def test_steps_of_threads_are_drawn_alike_in_the_one_order_and_in_the_other(
    program: Program, one: str, other: str
) -> None:
    assert _first_of(program, one, other) == (one, _first_of(program, other, one)[1])


def _first_of(program: Program, first: str, second: str) -> tuple[str, str]:
    order = begun(program, Held(second, first))
    return min(first, second, key=order.index), drawn(program, Held(second, first))

"""Measuring: processor time, and the best of several runs, because everything else on a machine only adds to it.

Where two sides hardly differ, they run by turns and their medians are compared.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from statistics import median
from time import process_time
from typing import Any


def best(run: Callable[[], Any], repeats: int = 5) -> float:
    """Return the seconds of the fastest run."""
    return min(_once(run) for _ in range(repeats))


def each(run: Callable[[int], Any], times: int, repeats: int = 5) -> float:
    """Return the seconds of one round of a loop that makes `times` of them."""
    return best(lambda: run(times), repeats) / times


def by_turns(*runs: Callable[[], Any], repeats: int = 25) -> list[float]:
    """Return the median seconds of each, run one after the other again and again: what drifts, drifts for all."""
    seconds = [[_once(run) for run in runs] for _ in range(repeats)]
    return [median(one) for one in zip(*seconds, strict=True)]


def by_sides(
    run: Callable[[], Any], sides: Sequence[Callable[[], AbstractContextManager[None]]], rounds: int, times: int
) -> list[float]:
    """Return the median seconds of a run on each side; in each round every side has its turn, first another one."""
    seconds: list[list[float]] = [[] for _ in sides]
    for turn in range(rounds):
        for at in range(len(sides)):
            side = (turn + at) % len(sides)
            with sides[side]():
                run()  # what the first run on a side prepares is not measured
                gc.collect()
                seconds[side] += [_timed(run) for _ in range(times)]
    return [median(one) for one in seconds]


def _once(run: Callable[[], Any]) -> float:
    gc.collect()
    return _timed(run)


def _timed(run: Callable[[], Any]) -> float:
    start = process_time()
    run()
    return process_time() - start

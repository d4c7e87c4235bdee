"""Measures processor time; the best of several runs counts, because other work on a machine only adds time.

If two sides differ little, they run in turns and their medians are compared.
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
    """Return the seconds of one round of a loop of `times` rounds."""
    return best(lambda: run(times), repeats) / times


def by_turns(*runs: Callable[[], Any], repeats: int = 25) -> list[float]:
    """Return the median seconds of each; they run in turns, so that a drift of the machine affects all."""
    seconds = [[_once(run) for run in runs] for _ in range(repeats)]
    return [median(one) for one in zip(*seconds, strict=True)]


def by_sides(
    run: Callable[[], Any], sides: Sequence[Callable[[], AbstractContextManager[None]]], rounds: int, times: int
) -> list[float]:
    """Return the median seconds of a run on each side; every round runs each side once, in rotating order."""
    seconds: list[list[float]] = [[] for _ in sides]
    for turn in range(rounds):
        for at in range(len(sides)):
            side = (turn + at) % len(sides)
            with sides[side]():
                run()  # the first run of a side prepares caches, and is not measured
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

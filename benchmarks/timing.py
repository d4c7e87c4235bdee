"""Measuring: processor time, and the best of several runs, because everything else on a machine only adds to it.

Where two sides hardly differ, they run by turns and their medians are compared.
"""

from __future__ import annotations

import gc
from collections.abc import Callable
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


def _once(run: Callable[[], Any]) -> float:
    gc.collect()
    start = process_time()
    run()
    return process_time() - start

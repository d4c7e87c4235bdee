"""Measuring: processor time, and the best of several runs, because everything else on a machine only adds to it."""

from __future__ import annotations

import gc
from collections.abc import Callable
from time import process_time
from typing import Any


def best(run: Callable[[], Any], repeats: int = 5) -> float:
    """Return the seconds of the fastest run."""
    return min(_once(run) for _ in range(repeats))


def each(run: Callable[[int], Any], times: int, repeats: int = 5) -> float:
    """Return the seconds of one round of a loop that makes `times` of them."""
    return best(lambda: run(times), repeats) / times


def _once(run: Callable[[], Any]) -> float:
    gc.collect()
    start = process_time()
    run()
    return process_time() - start

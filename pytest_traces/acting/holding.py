"""Checks the acts of a block at its end; an error of the block itself is raised first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from pytest_traces.errors import TracesError


@contextmanager
def holding(faults: Callable[[], Iterable[Exception]]) -> Iterator[None]:
    """Raise the first fault at the end of the block; an error of the block gets all faults as notes."""
    __tracebackhide__ = True
    try:
        yield
    except TracesError:
        raise
    except Exception as error:
        for fault in faults():
            error.add_note(f"\n{type(fault).__name__}: {fault}")
        raise
    for fault in faults():
        raise fault

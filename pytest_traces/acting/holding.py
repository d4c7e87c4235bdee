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
    except Exception as error:
        note_faults(error, faults)
        raise
    for fault in faults():
        raise fault


def note_faults(error: Exception, faults: Callable[[], Iterable[Exception]]) -> None:
    """Add all faults as notes to an error that comes first, unless it is a misuse."""
    if not isinstance(error, TracesError):
        for fault in faults():
            error.add_note(f"\n{type(fault).__name__}: {fault}")

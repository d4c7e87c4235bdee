"""What runs outside tests, at import or in fixtures of a module or a session: only its names are kept."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from pytest_traces.runtime.recording.context import CURRENT, OUTSIDE


@contextmanager
def keeping_names() -> Iterator[None]:
    """Keep names of spans that belong to no test, for the message of an empty trace."""
    before = OUTSIDE.names
    OUTSIDE.names = set()
    OUTSIDE.quiet = False
    try:
        yield
    finally:
        OUTSIDE.names = before


@contextmanager
def aside() -> Iterator[None]:
    """Let no test record meanwhile.

    Contexts copied here stay free: a server that a fixture starts serves whichever test runs later.
    """
    place, tests = CURRENT.get(), OUTSIDE.tests
    CURRENT.set(OUTSIDE)
    for recorder in tests:
        OUTSIDE.close(recorder)
    try:
        yield
    finally:
        for recorder in tests:
            OUTSIDE.open(recorder)
        CURRENT.set(place)

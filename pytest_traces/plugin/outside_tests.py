"""What runs outside tests, at import or in fixtures of a module or a session: only its names are kept."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from pytest_traces.plugin.seen_names import SeenNames
from pytest_traces.runtime.recording.context import CURRENT, OUTSIDE


@contextmanager
def keeping_names(seen: SeenNames) -> Iterator[None]:
    """Keep names of spans that nothing records, for the message of a trace that is empty or asked for late."""
    before = OUTSIDE.names
    OUTSIDE.names = seen
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

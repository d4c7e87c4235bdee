"""What runs outside of recordings, at import or in fixtures of a module or a session: only its names are kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from pytest_traces.plugin.session.seen_names import SeenNames
from pytest_traces.runtime.recording.context import OUTSIDE
from pytest_traces.trace.recordings.host import present_host


@contextmanager
def keeping_names(seen: SeenNames) -> Iterator[None]:
    """Keep the names of unrecorded spans, for the message of an empty trace, or of one that is requested late.

    What a test leaves behind meanwhile, recorded or not, ends with it.
    """
    before = OUTSIDE.names, OUTSIDE.until_over
    OUTSIDE.names, OUTSIDE.until_over = seen, _until_over
    OUTSIDE.quiet = False
    try:
        yield
    finally:
        OUTSIDE.names, OUTSIDE.until_over = before


def _until_over(end: Callable[[], None]) -> Callable[[], None]:
    return present_host().until_over(end)

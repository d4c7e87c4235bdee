"""uvloop's event loop: it has no spans, but it starts tasks and callbacks."""

from __future__ import annotations

import uvloop

from pytest_traces.adapters.toolkit.patches import Patches
from pytest_traces.adapters.toolkit.source import Source
from pytest_traces.runtime.lanes.watching import watch_loop


def watch(made: Patches, source: Source) -> None:
    """Register this class of loops: recordings watch them, too."""
    made.undone_by(watch_loop(uvloop.Loop, "call_later"))

"""Opens a recording for a block; the caller gives the class of its trace."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import Protocol, TypeVar

from pytest_traces.errors import RunawayTrace
from pytest_traces.runtime.harvest.tree import Harvest
from pytest_traces.runtime.lanes.session import recording
from pytest_traces.runtime.recording.recorder import Recorder
from pytest_traces.trace.options import TraceOptions
from pytest_traces.trace.recordings.host import present_host


class Acting(Protocol):
    """A trace of a block: its acts are checked when the block ends."""

    def acting(self) -> AbstractContextManager[None]:
        """Check the acts of the block at its end."""


R = TypeVar("R", bound=Acting)
Make = Callable[[Harvest, Callable[[], str], TraceOptions, Callable[[Harvest], None]], R]
"""Makes a trace from a recording, the message for an empty one, options, and a function that marks its use."""


@contextmanager
def recorded(make: Make[R]) -> Iterator[R]:
    """Record the code of a block; see `pytest_traces.record`."""
    host = present_host()
    around, harvest = tuple(host.around()), Harvest(host.new_recorder())
    told: list[str] = []  # stored at the end of the block: which adapters listened is unknown afterwards
    trace = make(harvest, lambda: told[0] if told else host.why_empty(), host.options, host.uses)
    with ExitStack() as block:

        def end() -> None:
            block.close()
            _require_whole(harvest.recorder)

        block.enter_context(host.listening(harvest))
        block.enter_context(recording(harvest.recorder, around))
        block.callback(lambda: told.append(host.why_empty()))
        block.callback(host.until_over(end))
        with trace.acting():
            yield trace
    _require_whole(harvest.recorder)


def _require_whole(recorder: Recorder) -> None:
    """Raise if a recording lacks spans."""
    if recorder.overflow is not None:
        raise RunawayTrace(recorder.overflow)
    recorder.gaps.require_hooks()

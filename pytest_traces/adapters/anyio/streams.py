"""anyio's memory streams: the task that takes an item comes after the task that sent it."""

from __future__ import annotations

from operator import attrgetter

from anyio.streams.memory import MemoryObjectReceiveStream, MemoryObjectSendStream

from pytest_traces.adapters.toolkit.patches import Patches
from pytest_traces.adapters.toolkit.source import Source
from pytest_traces.runtime.exchanges.queues import watched_get_nowait, watched_send, watched_send_nowait, watched_wait

_STATE = attrgetter("_state")
"""The state that all ends of a stream share."""


def watch(made: Patches, source: Source) -> None:
    """Record which task sends an item and which one takes it."""
    send, receive = MemoryObjectSendStream.send, MemoryObjectReceiveStream.receive
    made.wrap(MemoryObjectSendStream, "send", watched_send(_STATE))
    made.wrap(MemoryObjectSendStream, "send_nowait", watched_send_nowait(send, _STATE))
    made.wrap(MemoryObjectReceiveStream, "receive", watched_wait(_STATE))
    made.wrap(MemoryObjectReceiveStream, "receive_nowait", watched_get_nowait(receive, _STATE))

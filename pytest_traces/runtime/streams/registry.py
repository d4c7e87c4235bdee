"""Finds the collector of a stream: those of the program first, the latest one before the others."""

from __future__ import annotations

from functools import partial
from typing import Any, TypeVar

from pytest_traces.runtime.recording.context import OUTSIDE, here
from pytest_traces.runtime.streams.collectors.anthropic import AnthropicCollector
from pytest_traces.runtime.streams.collectors.builtin import DefaultCollector, OutputCollector, TextCollector
from pytest_traces.runtime.streams.collectors.collector import EventCollector
from pytest_traces.runtime.streams.collectors.openai import OpenAIChatCollector
from pytest_traces.runtime.streams.collectors.timbal import DeltaCollector

C = TypeVar("C", bound=type[EventCollector])

BUILT_IN: tuple[type[EventCollector], ...] = (
    OutputCollector,
    TextCollector,
    OpenAIChatCollector,
    AnthropicCollector,
    DeltaCollector,
    DefaultCollector,
)
"""In the order in which they are asked."""

_REGISTERED: list[type[EventCollector]] = []


def register_collector(collector: C) -> C:
    """Let a collector take streams; the one registered last is asked first, before the built-in ones.

    A class that is defined inside a function, as in a test, is forgotten with its test.
    """
    is_local = "<locals>" in collector.__qualname__
    known = _of_this_test() if is_local else _REGISTERED
    if collector not in known:
        known.insert(0, collector)
        if is_local and known is _REGISTERED:  # the test that runs is not recorded
            OUTSIDE.until_over(partial(unregister_collector, collector))
    return collector


def unregister_collector(collector: type[EventCollector]) -> None:
    """Take a collector out again; unknown ones are ignored."""
    for known in (_of_this_test(), _REGISTERED):
        if collector in known:
            known.remove(collector)


def collector_for(event: Any) -> type[EventCollector]:
    """Return the collector of a stream that begins with this piece."""
    asked = (*_of_this_test(), *_REGISTERED, *BUILT_IN)
    return next(collector for collector in asked if _handles(collector, event))


def _of_this_test() -> list[type[EventCollector]]:
    """Return what the running test registered; what is registered outside of tests stays with the process."""
    place = here()
    return _REGISTERED if place is None else place.recorder.collectors


def _handles(collector: type[EventCollector], event: Any) -> bool:
    try:
        return bool(collector.can_handle(event))
    except Exception:  # asked about a piece it was not made for
        return False

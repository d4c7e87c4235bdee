"""Collectors of events, of text, and of pieces that no other collector takes."""

from __future__ import annotations

import sys
from typing import Any

from pytest_traces.model.words.event_types import OUTPUT
from pytest_traces.runtime.streams.collectors.collector import EventCollector
from pytest_traces.runtime.values.plain import plain


class OutputCollector(EventCollector):
    """Takes the events of another run that a function passes on: the result is that run's output."""

    _output: Any = None

    @classmethod
    def can_handle(cls, event: Any) -> bool:
        events = sys.modules.get("pytest_traces.model.event")  # without it there are none
        return events is not None and type(event) is events.Event

    def process(self, event: Any) -> Any:
        """Keep the last output, the outermost one; the events themselves are recorded already."""
        if event.type == OUTPUT:
            self._output = event.payload["output"]

    def collect(self) -> Any:
        return self._output


class TextCollector(EventCollector):
    """Takes pieces of text: the result is the whole text."""

    def __init__(self, run_context: Any = None) -> None:
        super().__init__(run_context)
        self._pieces: list[str] = []

    @classmethod
    def can_handle(cls, event: Any) -> bool:
        return isinstance(event, str)

    def process(self, event: Any) -> Any:
        self._pieces.append(event if isinstance(event, str) else str(event))
        return event

    def collect(self) -> str:
        return "".join(self._pieces)


class DefaultCollector(EventCollector):
    """Takes any pieces: the result is a list of them."""

    several = True

    def __init__(self, run_context: Any = None) -> None:
        super().__init__(run_context)
        self._pieces: list[Any] = []

    @classmethod
    def can_handle(cls, event: Any) -> bool:
        return True

    def process(self, event: Any) -> Any:
        self._pieces.append(plain(event))
        return event

    def collect(self) -> list[Any]:
        return self._pieces

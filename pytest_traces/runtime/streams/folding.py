"""Folds the pieces of a stream into whole values: their number is not behaviour."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pytest_traces.runtime.streams.collectors.collector import EventCollector
from pytest_traces.runtime.streams.registry import collector_for
from pytest_traces.runtime.values.plain import plain


def fold(pieces: Iterable[Any]) -> list[Any]:
    """Return the values that the pieces of one span amount to, each through its collector.

    >>> fold(["It is ", "21 °C", {"type": "text_delta", "id": "1", "text_delta": "and sunny"}])
    ['It is 21 °C', {'type': 'text', 'id': '1', 'text': 'and sunny'}]
    """
    stream = Folding()
    for piece in pieces:
        stream.add(piece)
    return stream.values()


class Folding:
    """A stream that is being folded: neighbouring pieces of one kind go to one collector."""

    def __init__(self, run_context: Any = None) -> None:
        self._run_context = run_context
        self._parts: list[_Part] = []

    def add(self, piece: Any) -> Any:
        """Take a piece; return the payload of its `chunk` event, `None` for no event."""
        if not self._parts or not self._parts[-1].takes(piece):
            self._parts.append(_Part(collector_for(piece), self._run_context))
        return self._parts[-1].add(piece)

    def values(self) -> list[Any]:
        """Return the value of each part."""
        return [value for part in self._parts for value in part.values()]

    def result(self) -> Any:
        """Return the value of the whole stream: one value, or the list of its parts."""
        if len(self._parts) == 1 and not self._parts[0].several:
            return self.values()[0]
        return self.values()


class _Part:
    def __init__(self, kind: type[EventCollector], run_context: Any) -> None:
        self._kind = kind
        self._collector: EventCollector | None = kind(run_context)
        self._pieces: list[Any] = []

    @property
    def several(self) -> bool:
        return self._collector is None or self._collector.several

    def takes(self, piece: Any) -> bool:
        return collector_for(piece) is self._kind

    def add(self, piece: Any) -> Any:
        self._pieces.append(piece)
        try:
            return piece if self._collector is None else self._collector.process(piece)
        except Exception:  # an undocumented shape: keep the pieces
            self._collector = None
            return piece

    def values(self) -> list[Any]:
        if self._collector is not None:
            try:
                amount = self._collector.collect()
                return list(amount) if self._collector.several else [amount]
            except Exception:
                self._collector = None
        return [plain(piece) for piece in self._pieces]

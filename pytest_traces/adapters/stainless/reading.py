"""The ways in which a program reads a reply: as the SDK's stream of events, or as lines, text or bytes."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from typing import Any

from pytest_traces.adapters.stainless.call import ApiCall
from pytest_traces.adapters.stainless.replies.reply import decoded
from pytest_traces.runtime.calls.step import Function, Step
from pytest_traces.runtime.recording.context import CURRENT
from pytest_traces.runtime.recording.recorder import Record


class Reading(Step):
    """Reads a stream of events; each turn runs inside the span of the call."""

    def __init__(self, call: ApiCall, record: Record) -> None:
        super().__init__(record, CURRENT.get())
        self.call = call
        self.guard = call.span.guard()

    def instead(self, function: Function) -> None:
        """Return `None`: acts apply to calls, not to reading."""

    def chunk(self, piece: Any) -> None:
        with self.guard:
            self.call.add(piece)

    def end(self, result: Any) -> None:
        self.step_out()
        self.call.end()

    def fail(self, error: BaseException) -> None:
        self.step_out()
        self.call.fail(error)


class WholeReading(Reading):
    """Reads the whole body at once."""

    def end(self, result: Any) -> None:
        self.step_out()
        self.call.finish()


class RawReading(Reading):
    """Reads the body as lines, text or bytes."""

    def __init__(self, call: ApiCall, record: Record, *, lines: bool) -> None:
        super().__init__(call, record)
        self._end_of_piece = "\n" if lines else ""
        self._decode = codecs.getincrementaldecoder("utf-8")("replace").decode
        self._text = ""

    def chunk(self, piece: Any) -> None:
        with self.guard:
            text = self._decode(piece) if isinstance(piece, bytes) else str(piece)
            self._text += text + self._end_of_piece
            if self.call.streams:
                for event in self._events():
                    self.call.add(event)

    def end(self, result: Any) -> None:
        self.step_out()
        if self.call.streams:
            self.call.end()
        else:
            self.call.end_with(decoded(self._text))

    def _events(self) -> Iterator[Any]:
        """Yield the events of complete lines: each is the JSON of one `data` line."""
        *whole, self._text = self._text.split("\n")
        for line in whole:
            told = decoded(line.removeprefix("data:").strip()) if line.startswith("data:") else None
            if isinstance(told, dict):
                yield told

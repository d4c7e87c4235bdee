"""Writes Chrome's trace events for Perfetto, Chrome's own viewer and Speedscope: a track for each lane."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from pytest_traces.analysis.lanes import Lanes
from pytest_traces.model.event import Event
from pytest_traces.model.span import SpanData
from pytest_traces.model.tree import SpanTree

ChromeEvent = dict[str, Any]


def encode_chrome(tree: SpanTree) -> dict[str, Any]:
    """Return a trace as the JSON object format of Chrome's trace events; a run is a process, a lane a thread."""
    runs = {run: number for number, run in enumerate(dict.fromkeys(span.run_id for span in tree.spans), 1)}
    tracks = _Tracks(tree)
    events = [*_names(tree, runs, tracks)]
    places: dict[str, dict[str, int]] = {}
    for span in tree.spans:
        place = {"pid": runs[span.run_id], "tid": tracks.number(span)}
        events.append(_span(span) | place)
        places[span.call_id] = place
    events.extend(_noted(event) | places[event.call_id] for event in tree.noted if event.call_id in places)
    return {"displayTimeUnit": "ms", "traceEvents": events}


class _Tracks:
    """The tracks of a trace: as the format requires, spans of a track are nested or follow one another.

    Spans of one lane that overlap without nesting, as those of generators may, get further tracks.
    """

    def __init__(self, tree: SpanTree) -> None:
        self._lanes = Lanes(tree)
        self._open: dict[tuple[int, int], list[float]] = {}
        self._of: dict[str, tuple[int, int]] = {}
        self._numbers: dict[tuple[int, int], int] = {}
        last = max((span.t1 for span in tree.spans if span.t1 is not None), default=0.0)
        for span in tree.spans:
            self._of[span.call_id] = self._place(self._lanes.number(span), span.t0, max(span.t1 or last, span.t0))

    def number(self, span: SpanData) -> int:
        """Return the track number of a span, from 1."""
        return self._numbers.setdefault(self._of[span.call_id], len(self._numbers) + 1)

    def name(self, span: SpanData) -> str:
        """Return the name of the track of a span."""
        lane, further = self._of[span.call_id]
        return f"{self._lanes.kinds[lane]} {lane}{f'.{further}' if further else ''}"

    def _place(self, lane: int, start: float, end: float) -> tuple[int, int]:
        further = 0
        while True:
            ends = self._open.setdefault((lane, further), [])
            while ends and ends[-1] <= start:
                ends.pop()
            if not ends or end <= ends[-1]:
                ends.append(end)
                return lane, further
            further += 1


def _names(tree: SpanTree, runs: dict[str, int], tracks: _Tracks) -> Iterator[ChromeEvent]:
    named: set[tuple[int, int]] = set()
    for span in tree.spans:
        run, track = runs[span.run_id], tracks.number(span)
        if (run, 0) not in named:
            yield _name("process_name", run, 0, f"{span.type} {span.name}")
        if (run, track) not in named:
            yield _name("thread_name", run, track, tracks.name(span))
        named |= {(run, 0), (run, track)}


def _name(what: str, run: int, track: int, name: str) -> ChromeEvent:
    return {"ph": "M", "name": what, "pid": run, "tid": track, "args": {"name": name}}


def _span(span: SpanData) -> ChromeEvent:
    told: dict[str, Any] = {
        "status": span.status,
        "input": span.input,
        "output": span.output,
        "error": None if span.error is None else str(span.error),
        "model": span.model,
        "usage": span.own_usage.flat() or None,
        "acted": span.acted or None,
        "call_id": span.call_id,
    }
    about = {
        "name": f"{span.type} {span.name}",
        "cat": span.type,
        "ts": _micros(span.t0),
        "args": _filled(told.items()),
    }
    return {"ph": "B"} | about if span.t1 is None else {"ph": "X", "dur": _micros(span.t1 - span.t0)} | about


def _noted(event: Event) -> ChromeEvent:
    return {"ph": "i", "s": "t", "name": event.type, "ts": _micros(event.t), "args": {"payload": event.payload}}


def _filled(items: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    return {name: value for name, value in items if value is not None}


def _micros(ms: float) -> float:
    return round(ms * 1e3, 3)

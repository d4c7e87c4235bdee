"""A trace in one line: what a program did, written down instead of run.

    a_trace(
        agent(
            "weather",
            llm("gpt-4o-mini", tokens=(60, 12)),
            at_once(tool("geocode", input={"city": "Paris"}), tool("get_time")),
            tool("get_weather", error="TimeoutError: upstream timed out"),
            tool("get_weather", output={"temp": 21}),
        )
    )

Steps come one after the other and take 10 ms each, on a clock that starts at 0.
Branches of `at_once` are tasks spawned side by side; a list is a branch of several steps.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from pytest_traces.model.consumption.usage import Usage
from pytest_traces.model.lane import Lane, LaneKind
from pytest_traces.model.span import SpanError
from pytest_traces.model.tree import SpanTree
from pytest_traces.runtime.harvest.tree import harvest
from pytest_traces.runtime.recording.recorder import Place, Record, Recorder
from pytest_traces.trace.trace import Trace


@dataclass
class Step:
    """A span to be."""

    type: str
    name: str
    below: tuple[Any, ...]
    fields: dict[str, Any] = field(default_factory=dict)


@dataclass
class AtOnce:
    """Branches to be run side by side."""

    branches: tuple[Any, ...]
    kind: LaneKind = "task"


def span(type: str, name: str, *below: Any, **fields: Any) -> Step:
    """Plan a span and what it starts.

    Fields are those of a span, and `ms` (how long it takes itself), `tokens` (input and output, where `None` was not
    reported), `error` (as in `"TimeoutError: upstream timed out"`), `chunks` (streamed pieces, one each 10 ms) and
    `notes` (other events, as pairs of type and payload). `status="running"` leaves it open.
    """
    return Step(type, name, below, fields)


def agent(name: str, *below: Any, **fields: Any) -> Step:
    return span("agent", name, *below, **fields)


def llm(name: str, *below: Any, **fields: Any) -> Step:
    return span("llm", name, *below, **fields)


def tool(name: str, *below: Any, **fields: Any) -> Step:
    return span("tool", name, *below, **fields)


def at_once(*branches: Any, kind: LaneKind = "task") -> AtOnce:
    return AtOnce(branches, kind)


def a_tree(*steps: Any) -> SpanTree:
    """Return the spans of a program that took these steps."""
    return harvest(a_recorder(*steps))


def a_recorder(*steps: Any) -> Recorder:
    """Return what recorded a program that took these steps."""
    recorder = Recorder("a test")
    _Player(recorder).play(steps, None, recorder.root, 0.0)
    return recorder


def a_trace(*steps: Any) -> Trace:
    """Return the trace of a program that took these steps."""
    return Trace(a_tree(*steps))


def a_file(*steps: Any) -> Trace:
    """Return the same trace as if it came from a file: no spawn was observed."""
    return Trace(a_tree(*steps).without_order())


def start(
    recorder: Recorder, name: str, type: str = "tool", *, place: Place | None = None, call_id: str = ""
) -> Record:
    """Start a span at a place, or in the recorder's own lane."""
    chosen = place or Place(recorder, None, recorder.root)
    record = Record(name, type, chosen, call_id or recorder.call_ids.at(recorder.tick()))
    record.parent = chosen.record
    recorder.add(record)
    return record


class _Player:
    """Records planned steps on a clock of its own."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder

    def play(self, steps: Sequence[Any], above: Record | None, lane: Lane, now: float) -> float:
        """Take steps one after the other; return the time when the last was over."""
        for step in steps:
            now = self._fork(step, above, lane, now) if isinstance(step, AtOnce) else self._step(step, above, lane, now)
        return now

    def _fork(self, fork: AtOnce, above: Record | None, lane: Lane, now: float) -> float:
        lanes = [Lane(lane, self._recorder.tick(), fork.kind) for _ in fork.branches]
        branches = [branch if isinstance(branch, list) else [branch] for branch in fork.branches]
        end = max(self.play(branch, above, own, now) for branch, own in zip(branches, lanes, strict=True))
        for own in lanes:
            lane.hear(own, self._recorder.tick())
        return end

    def _step(self, step: Step, above: Record | None, lane: Lane, now: float) -> float:
        fields = dict(step.fields)
        call_id = fields.pop("call_id", f"{step.name}-{len(self._recorder.records) + 1}")
        place = Place(self._recorder, above, lane)
        record = start(self._recorder, step.name, step.type, place=place, call_id=call_id)
        record.t0 = fields.pop("t0", now)
        now = self._emit(record, fields, record.t0)
        now = self.play(step.below, record, lane, now)
        own_ms = fields.pop("ms", 0.0 if step.below or "chunks" in step.fields else 10.0)
        record.t1 = now + own_ms
        _finish(record, fields)
        return record.t1 if record.t1 is not None else now + own_ms

    def _emit(self, record: Record, fields: dict[str, Any], now: float) -> float:
        notes = [*(("chunk", piece) for piece in fields.pop("chunks", ())), *fields.pop("notes", ())]
        for type, payload in notes:
            now += 10.0
            self._recorder.emit(record, type, payload)
            self._recorder.notices[-1].t = now
        return now


def _finish(record: Record, fields: dict[str, Any]) -> None:
    tokens, error = fields.pop("tokens", None), fields.pop("error", None)
    status = fields.pop("status", "success" if error is None else "error")
    if record.type == "llm":
        fields.setdefault("model", record.name)
    if tokens is not None:
        units = {
            f"{fields['model']}:{unit}": count for unit, count in zip(_UNITS, tokens, strict=True) if count is not None
        }
        fields["own_usage"] = Usage.from_flat(units)
    elif "usage" in fields:
        used = fields.pop("usage")
        fields["own_usage"] = Usage.from_flat(used) if isinstance(used, dict) else used
    if error is not None:
        kind, _, message = error.partition(": ")
        fields["error"] = SpanError(type=kind, message=message)
    if status == "running":
        record.t1 = None
        record.set(**fields)
    else:
        record.end(status, **fields)


_UNITS = ("input_tokens", "output_tokens")

"""What can be changed in a recorded trace, one site at a time, and how each change is made."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

from pytest_traces.model.consumption.usage import Usage
from pytest_traces.model.lane import Lane
from pytest_traces.model.span import SpanError
from pytest_traces.runtime.recording.recorder import Notice, Record, Recorder

_JUST = 0.25  # logical times are whole; a mutant's lie in between


def below(recorder: Recorder, record: Record) -> list[Record]:
    """Return a span and all spans it led to."""
    found = [record]
    for one in recorder.records:
        if one.parent in found:
            found.append(one)
    return found


def children(recorder: Recorder, record: Record | None) -> list[Record]:
    return [one for one in recorder.records if one.parent is record]


def families(recorder: Recorder) -> Iterator[list[Record]]:
    for parent in [None, *recorder.records]:
        yield children(recorder, parent)


def neighbours(recorder: Recorder) -> list[tuple[Record, Record]]:
    """Return siblings of which one came right after the other in the same lane."""
    pairs: list[tuple[Record, Record]] = []
    for family in families(recorder):
        for lane in {id(one.lane): one.lane for one in family}.values():
            pairs.extend(pairwise(one for one in family if one.lane is lane))
    return pairs


def forks(recorder: Recorder) -> list[list[Record]]:
    """Return the siblings of each fork: branches spawned before any of them was over."""
    found: list[list[Record]] = []
    for family in families(recorder):
        for one in family:
            if one.lane.kind == "root" or (one.parent is not None and one.lane is one.parent.lane):
                continue
            last = found[-1] if found and found[-1][0].parent is one.parent else []
            if any(one.lane.clock < (other.ended or 0) for other in last):
                last.append(one)
            else:
                found.append([one])
    return found


def leaves(recorder: Recorder) -> list[Record]:
    return [one for one in recorder.records if not children(recorder, one)]


def notices_of(recorder: Recorder, record: Record) -> list[Notice]:
    return [notice for notice in recorder.notices if notice.record is record]


def drop(recorder: Recorder, record: Record) -> None:
    gone = below(recorder, record)
    recorder.records = [one for one in recorder.records if one not in gone]


def duplicate(recorder: Recorder, record: Record) -> None:
    twin = copy.copy(record)
    assert record.ended is not None
    twin.call_id = f"{record.call_id}-twin"
    twin.started, twin.ended = record.ended + _JUST, record.ended + 2 * _JUST  # type: ignore[assignment]
    recorder.records.append(twin)


def new_parent(recorder: Recorder, record: Record) -> Record | None:
    """Return whom a span could have been started by instead: the sibling before it, else its grandparent."""
    before = [one for one in children(recorder, record.parent) if one.started < record.started and one.type != "llm"]
    if before:
        return before[-1]
    return record.parent.parent if record.parent is not None else None


def swap(a: Record, b: Record) -> None:
    """Let two spans happen in each other's place."""
    for field in ("name", "type", "input", "output", "error", "status", "own_usage", "model"):
        mine, theirs = getattr(a, field), getattr(b, field)
        setattr(a, field, theirs)
        setattr(b, field, mine)


def side_by_side(a: Record, b: Record) -> None:
    for one in (a, b):
        one.lane = Lane(a.lane if one is a else b.lane, a.started - _JUST, "task")  # type: ignore[arg-type]


def one_after_the_other(fork: Sequence[Record]) -> None:
    """Let each branch be spawned after the one before it was awaited."""
    lanes = list({id(one.lane): one.lane for one in sorted(fork, key=lambda one: one.started)}.values())
    for before, lane in zip([None, *lanes], lanes, strict=False):
        first = min(one.started for one in fork if one.lane is lane)
        lane.clock = first - _JUST  # type: ignore[assignment]
        lane.kind = "task"
        if before is not None and lane.parent is not None:
            lane.parent.hear(before, first - 2 * _JUST)  # type: ignore[arg-type]


def change_argument(record: Record) -> None:
    key = next(iter(record.input))
    record.input = {**record.input, key: f"not {record.input[key]}"}


def drop_argument(record: Record) -> None:
    key = next(iter(record.input))
    record.input = {name: value for name, value in record.input.items() if name != key}


def fail(record: Record, type: str, message: str) -> None:
    record.error = SpanError(type=type, message=message)
    record.status = "error"


def count(record: Record, by: int) -> None:
    assert record.own_usage is not None
    [model] = record.own_usage.by_model
    record.own_usage = Usage.merged([record.own_usage, Usage.from_flat({f"{model}:input_tokens": by})])


def count_for(record: Record, model: str) -> None:
    assert record.own_usage is not None
    flat = record.own_usage.flat()
    record.own_usage = Usage.from_flat({f"{model}:{key.rpartition(':')[2]}": amount for key, amount in flat.items()})


def note(recorder: Recorder, record: Record, type: str, payload: Any) -> None:
    clock = record.started + _JUST
    recorder.notices.append(Notice(record, type, payload, clock=clock, t=record.t0))  # type: ignore[arg-type]


def cut_chunk(recorder: Recorder, chunk: Notice) -> None:
    head, tail = chunk.payload[:1], chunk.payload[1:]
    chunk.payload = head
    recorder.notices.append(Notice(chunk.record, "chunk", tail, clock=chunk.clock + _JUST, t=chunk.t))  # type: ignore[arg-type]


def other_ids(recorder: Recorder) -> None:
    for number, record in enumerate(recorder.records):
        record.call_id = f"{number:016x}"
        record.run_id = None


def other_clock(recorder: Recorder) -> None:
    for record in recorder.records:
        record.t0 = record.t0 * 3 + 1_000
        record.t1 = None if record.t1 is None else record.t1 * 3 + 1_000


def other_key_order(record: Record) -> None:
    record.input = dict(reversed(record.input.items()))

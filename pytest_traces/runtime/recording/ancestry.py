"""Walks from a record to its root."""

from __future__ import annotations

from collections.abc import Iterator

from pytest_traces.runtime.recording.recorder import Record


def upwards(record: Record | None) -> Iterator[Record]:
    """Walk up from a record, itself included."""
    while record is not None:
        yield record
        record = record.parent


def run_id_of(record: Record) -> str:
    """Return the run of a span that is still being recorded."""
    top = record
    for top in upwards(record):
        if top.run_id is not None:
            return top.run_id
    return top.call_id


def path_of(record: Record) -> str:
    """Return the path of a span that is still being recorded."""
    names: list[str] = []
    for one in upwards(record):
        if one.machinery and one is not record:
            continue
        names.append(one.path or one.name)
        if one.path is not None:
            break
    return ".".join(reversed(names))

"""From what was recorded to the models people hold."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from operator import attrgetter

from pytest_traces.model.building import trusted
from pytest_traces.model.event import Event
from pytest_traces.model.event_types import OUTPUT, START
from pytest_traces.model.lane import Stamp
from pytest_traces.model.span import Span, SpanError
from pytest_traces.model.tree import SpanTree
from pytest_traces.model.usage import Usage
from pytest_traces.runtime.harvest.machinery import without_machinery
from pytest_traces.runtime.harvest.usage import NOTHING, Node, own_usage, with_descendants
from pytest_traces.runtime.recording.ancestry import path_of, run_id_of
from pytest_traces.runtime.recording.recorder import Fault, Notice, Record, Recorder


def harvest(recorder: Recorder) -> SpanTree:
    """Return everything a recorder holds, running spans included."""
    return grow(recorder.records, recorder.notices)


def grow(records: Iterable[Record], notices: Iterable[Notice] = ()) -> SpanTree:
    """Build the tree of some records, in the order in which they started."""
    noted = tuple(notices)
    with _no_collector():
        every = _nodes(sorted(records, key=attrgetter("started")))
        shown = without_machinery(every)
        return _tree(shown, noted, whole=None if shown is every else lambda: _tree(every, noted))


def _tree(nodes: Sequence[Node], notices: Sequence[Notice], whole: Callable[[], SpanTree] | None = None) -> SpanTree:
    spans = _spans(nodes)
    return SpanTree(
        spans.values(),
        events=lambda: _events(nodes, notices, spans),
        noted=lambda: [_event(notice, spans) for notice in notices if notice.record.call_id in spans],
        whole=whole,
    )


@contextmanager
def _no_collector() -> Iterator[None]:
    """Build without interruption: nothing built here is garbage, and looking for some takes as long again."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _spans(nodes: Sequence[Node]) -> dict[str, Span]:
    own = own_usage(nodes)
    used = with_descendants(nodes, own)
    spans: dict[str, Span] = {}
    for node in nodes:
        above = spans.get(node.parent_id) if node.parent_id is not None else None
        consumed = used.get(node.call_id, NOTHING), own.get(node.call_id, NOTHING)
        spans[node.call_id] = _span(node, above, *consumed)
    return spans


def _nodes(ordered: Sequence[Record]) -> list[Node]:
    """Look everybody's id up once: our own spans make theirs when asked."""
    ids = {id(record): record.call_id for record in ordered}
    nodes = []
    for record in ordered:
        parent_id, parent = record.parent_call_id, record.parent
        if parent_id is None and parent is not None:
            parent_id = ids.get(id(parent)) or parent.call_id
        nodes.append(Node(record, ids[id(record)], parent_id, record.own_usage, record.run_id, record.after))
    return nodes


def _span(node: Node, above: Span | None, used: Usage, own: Usage) -> Span:
    record = node.record
    if above is not None:
        path, run_id = record.path or f"{above.path}.{record.name}", node.run_id or above.run_id
    elif node.parent_id is None:
        path, run_id = record.path or record.name, run_id_of(record)
    else:  # its parent was harvested before
        path, run_id = path_of(record), run_id_of(record)
    error = record.error
    fields = {
        "name": record.name,
        "type": record.type,
        "path": path,
        "call_id": node.call_id,
        "parent_call_id": node.parent_id,
        "run_id": run_id,
        "t0": record.t0,
        "t1": record.t1,
        "input": record.input,
        "output": record.output,
        "error": SpanError(**error._asdict()) if isinstance(error, Fault) else error,
        "status": record.status,
        "usage": used,
        "model": record.model,
        "tags": record.tags,
        "metadata": record.metadata,
        "attributes": record.attributes,
        "source": record.source,
    }
    return trusted(Span, fields, {"_relatives": None, "_stamp": _stamp(node), "_own_usage": own})


def _stamp(node: Node) -> Stamp | None:
    stamp = node.record.stamp
    return stamp if stamp is None or stamp.after == node.after else stamp._replace(after=node.after)


def _events(nodes: Sequence[Node], notices: Sequence[Notice], spans: Mapping[str, Span]) -> list[Event]:
    """Merge the start and output of every span with what was noted meanwhile, by logical time."""
    timed: list[tuple[int, Event]] = []
    for node in nodes:
        span, record = spans[node.call_id], node.record
        timed.append((record.started, _make(span, START, record.t0, None, record.started)))
        if record.ended is not None:
            timed.append((record.ended, _make(span, OUTPUT, record.t1 or record.t0, outcome(span), record.ended)))
    timed.extend((notice.clock, _event(notice, spans)) for notice in notices if notice.record.call_id in spans)
    return [event for _, event in sorted(timed, key=lambda pair: pair[0])]


def outcome(span: Span) -> dict[str, object]:
    """Return what the output event of a span tells."""
    error = span.error.model_dump() if span.error is not None else None
    return {
        "input": span.input,
        "output": span.output,
        "error": error,
        "status": span.status,
        "t0": span.t0,
        "t1": span.t1,
        "usage": span.usage.flat(),
    }


def _event(notice: Notice, spans: Mapping[str, Span]) -> Event:
    return _make(spans[notice.record.call_id], notice.type, notice.t, notice.payload, notice.clock)


def _make(span: Span, type: str, t: float, payload: object, clock: int) -> Event:
    fields = {
        "type": type,
        "run_id": span.run_id,
        "path": span.path,
        "call_id": span.call_id,
        "parent_call_id": span.parent_call_id,
        "t": t,
        "payload": payload,
    }
    stamp = None if span.stamp is None else Stamp(clock, clock, span.stamp.lane)
    return trusted(Event, fields, {"_stamp": stamp})

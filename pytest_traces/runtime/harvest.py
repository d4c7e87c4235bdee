"""From what was recorded to the models people hold."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pytest_traces.model.event import Event
from pytest_traces.model.lane import Stamp
from pytest_traces.model.span import Span, SpanError
from pytest_traces.model.tree import SpanTree
from pytest_traces.model.trusted import trusted
from pytest_traces.model.usage import Usage
from pytest_traces.runtime.recorder import Fault, Notice, Record, Recorder

_NOTHING = Usage()


def harvest(recorder: Recorder) -> SpanTree:
    """Return everything a recorder holds, running spans included."""
    return grow(recorder.records, recorder.notices)


def grow(records: Iterable[Record], notices: Iterable[Notice] = ()) -> SpanTree:
    """Build the tree of some records, in the order in which they started."""
    ordered = sorted(records, key=lambda record: record.started)
    noted = tuple(notices)
    by_id = {record.call_id: record for record in ordered}
    for record in ordered:
        if record.parent is not None and record.parent_call_id is None:
            record.parent_call_id = record.parent.call_id
    own = _own_usage(ordered, by_id)
    used = _with_descendants(ordered, own)
    spans: dict[str, Span] = {}
    for record in ordered:
        above = spans.get(record.parent_call_id) if record.parent_call_id is not None else None
        spans[record.call_id] = _span(record, above, own, used)
    return SpanTree(
        spans.values(),
        events=lambda: _events(ordered, noted, spans),
        noted=lambda: [_event(notice, spans) for notice in noted if notice.record.call_id in spans],
    )


def _span(record: Record, above: Span | None, own: dict[str, Usage], used: dict[str, Usage]) -> Span:
    call_id = record.call_id
    run_id = record.run_id or (above.run_id if above is not None else call_id)
    fields = {
        "name": record.name,
        "type": record.type,
        "path": record.path or (f"{above.path}.{record.name}" if above is not None else record.name),
        "call_id": call_id,
        "parent_call_id": record.parent_call_id,
        "run_id": run_id,
        "t0": record.t0,
        "t1": record.t1,
        "input": record.input,
        "output": record.output,
        "error": _error(record.error),
        "status": record.status,
        "usage": used.get(call_id, _NOTHING),
        "model": record.model,
        "tags": record.tags,
        "metadata": record.metadata,
        "attributes": record.attributes,
        "source": record.source,
    }
    return trusted(Span, fields, {"_relatives": None, "_stamp": record.stamp, "_own_usage": own.get(call_id, _NOTHING)})


def _error(error: SpanError | Fault | None) -> SpanError | None:
    return SpanError(**error._asdict()) if isinstance(error, Fault) else error


def _own_usage(ordered: Sequence[Record], by_id: dict[str, Record]) -> dict[str, Usage]:
    """Count each model call once: an LLM framework's span wraps the SDK's, and both report it."""
    own: dict[str, Usage] = {}
    silent: dict[str, Record] = {}
    for record in ordered:
        outer = _enclosing_model_call(record, by_id)
        reported = record.usage is not None and bool(record.usage.by_model)
        if record.usage is not None and (outer is None or outer.call_id in silent or not reported):
            own[record.call_id] = record.usage
        if record.type == "llm" and outer is None and record.status == "success" and not reported:
            silent[record.call_id] = record
        if outer is not None and reported:
            silent.pop(outer.call_id, None)
    for call_id, record in silent.items():
        own[call_id] = own.get(call_id, _NOTHING) + Usage(unreported=(record.name,))
    return own


def _enclosing_model_call(record: Record, by_id: dict[str, Record]) -> Record | None:
    """Return the outermost model call above a model call."""
    if record.type != "llm":
        return None
    found = None
    above = by_id.get(record.parent_call_id or "")
    while above is not None:
        found = above if above.type == "llm" else found
        above = by_id.get(above.parent_call_id or "")
    return found


def _with_descendants(ordered: Sequence[Record], own: dict[str, Usage]) -> dict[str, Usage]:
    used = dict(own)
    if own:
        for record in reversed(ordered):  # children start after their parents
            mine = used.get(record.call_id)
            if mine is not None and record.parent_call_id is not None:
                above = used.get(record.parent_call_id)
                used[record.parent_call_id] = mine if above is None else above + mine
    return used


def _events(ordered: Sequence[Record], notices: Sequence[Notice], spans: dict[str, Span]) -> list[Event]:
    """Merge the start and output of every span with what was noted meanwhile, by logical time."""
    timed: list[tuple[int, Event]] = []
    for record in ordered:
        span = spans[record.call_id]
        timed.append((record.started, _make(span, "start", record.t0, None, record.started)))
        if record.ended is not None:
            timed.append((record.ended, _make(span, "output", record.t1 or record.t0, outcome(span), record.ended)))
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


def _event(notice: Notice, spans: dict[str, Span]) -> Event:
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

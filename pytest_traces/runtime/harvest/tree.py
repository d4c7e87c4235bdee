"""Grows a tree of spans from a recorder."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from typing import Any

from pytest_traces.analysis.health.retries import SKIPPED_MS
from pytest_traces.analysis.trees.drafts import Draft, Note
from pytest_traces.analysis.trees.tree import build_tree
from pytest_traces.model.span import SpanError
from pytest_traces.model.tree import SpanTree
from pytest_traces.runtime.exchanges.certainty import settled
from pytest_traces.runtime.exchanges.channels import Exchanges
from pytest_traces.runtime.exchanges.new_lanes import Drawing
from pytest_traces.runtime.recording.ancestry import path_of, run_id_of
from pytest_traces.runtime.recording.fields import Fault
from pytest_traces.runtime.recording.recorder import Notice, Record, Recorder


class Harvest:
    """The tree of a recorder, built again only if something was recorded since."""

    def __init__(self, recorder: Recorder) -> None:
        self.recorder = recorder
        self._tree: SpanTree | None = None
        self._version: object = None
        self._is_frozen = False

    @property
    def tree(self) -> SpanTree:
        """Everything recorded so far, running spans included."""
        if self._tree is not None and self._is_frozen:
            return self._tree
        self.recorder.take_arrivals()
        version = self.recorder.version
        if self._tree is None or version != self._version:
            is_over = all(record.ended is not None for record in self.recorder.records)
            self._version = version if is_over else None  # a running span may change without a tick
            self._tree = harvest(self.recorder)
            self._tree.strays = tuple(self.recorder.gaps.strays)
        return self._tree

    def freeze(self) -> None:
        """Keep the tree as it is, and let the recorder drop what it was grown from: the test is over and reported."""
        self._tree, self._is_frozen = self.tree, True
        self.recorder.let_go()


def harvest(recorder: Recorder) -> SpanTree:
    """Return everything a recorder holds, running spans included."""
    records = list(recorder.records)
    drawing = None
    if isinstance(recorder.exchanges, Exchanges):
        drawing = settled(recorder.exchanges, {record.lane for record in records})
    return tree_of(records, recorder.notices, drawing)


def tree_of(records: Iterable[Record], notices: Iterable[Notice] = (), drawing: Drawing | None = None) -> SpanTree:
    """Return the tree of some records, in the order in which they started, on lanes that were drawn anew."""
    kept, noted = list(records), tuple(notices)
    ids = {id(record): record.call_id for record in kept}  # once for each: a span of ours makes its id when asked
    known = frozenset(ids.values())
    return build_tree((_draft(record, ids, known, drawing) for record in kept), lambda: map(_note, noted))


def _draft(record: Record, ids: Mapping[int, str], known: Set[str], drawing: Drawing | None) -> Draft:
    parent_id, parent = record.parent_call_id, record.parent
    if parent_id is None and parent is not None:
        parent_id = ids.get(id(parent)) or parent.call_id
    is_below = parent_id in known
    error = record.error
    fields: dict[str, Any] = {
        "name": record.name,
        "type": record.type,
        "path": record.path if is_below else path_of(record),  # its parent may have been harvested before
        "call_id": ids[id(record)],
        "parent_call_id": parent_id,
        "run_id": record.run_id if is_below else run_id_of(record),
        "t0": record.t0,
        "t1": record.t1,
        "input": record.input,
        "output": record.output,
        "error": SpanError(**error._asdict()) if isinstance(error, Fault) else error,
        "status": record.status,
        "usage": record.own_usage,
        "model": record.model,
        "tags": record.tags,
        "metadata": record.metadata,
        "attributes": _with_wait(record) if record.skipped_ms else record.attributes,
        "source": record.source,
        "retry_of": record.retry_of,
        "acted": record.acted,
    }
    stamp = record.stamp
    if drawing is not None and stamp is not None:
        stamp = stamp._replace(lane=drawing.lane(stamp.lane, stamp.started))
    return Draft(fields, record.started, record.ended, stamp, record.machinery, record.repeats)


def _with_wait(record: Record) -> Mapping[str, Any]:
    return {**record.attributes, SKIPPED_MS: record.skipped_ms}


def _note(notice: Notice) -> Note:
    return Note(notice.record.call_id, notice.type, notice.t, notice.payload, notice.clock)

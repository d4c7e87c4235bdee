"""Events as they are committed: those of each span in causal order, streams folded into their text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache, partial
from typing import Any

from pytest_traces.analysis.ordering.arrangement import arrange
from pytest_traces.analysis.ordering.history import History
from pytest_traces.analysis.ordering.series import Fork, Knot, Series
from pytest_traces.analysis.ordering.siblings import Moment, moment_of
from pytest_traces.drawing.layout import crosswise
from pytest_traces.drawing.marks import acted, in_branch, then
from pytest_traces.drawing.text import word
from pytest_traces.drawing.tree import DEEPEST
from pytest_traces.model.event import Event
from pytest_traces.model.lane import Stamp
from pytest_traces.model.span import SpanData
from pytest_traces.model.tree import SpanTree
from pytest_traces.model.words.event_types import CHUNK, OUTPUT, START
from pytest_traces.model.words.signs import FAILURE
from pytest_traces.redaction.masking import redact
from pytest_traces.runtime.streams.folding import fold
from pytest_traces.snapshots.normalising.masks import Masks
from pytest_traces.snapshots.normalising.scrubber import Scrubber
from pytest_traces.snapshots.normalising.trace_ids import Settle, settled
from pytest_traces.snapshots.text.lines import event_fields
from pytest_traces.snapshots.writing.depths import deeper
from pytest_traces.snapshots.writing.form import TODAY, Form
from pytest_traces.snapshots.writing.span_tree import error_text
from pytest_traces.snapshots.writing.values import Scrub, Write, committable

_STEP = "  "

Block = list[str]
"""The lines of one span or event, the first of them without indentation."""


def events_text(tree: SpanTree, masks: Masks, scrubber: Scrubber, form: Form = TODAY, *, chunks: bool = False) -> str:
    """Return the events of a trace; with `chunks`, the pieces of streams as they came.

    Events inside a span, its output included, are indented below its start.
    """
    __tracebackhide__ = True

    def draw(settle: Settle, clean: Settle = str) -> str:
        masks.start_over()
        writer = _Writer(tree, masks, scrubber, settle, write=form.write, clean=clean, chunks=chunks)
        return "\n".join(writer.write())

    drawn = settled(draw, scrubber)
    if not redact.finds_nothing_in(drawn):
        drawn = settled(partial(draw, clean=cache(redact)), scrubber)
    masks.require_kept()
    return committable(form.lay_out(scrubber(drawn), event_fields, {}))


class _Writer:
    def __init__(
        self,
        tree: SpanTree,
        masks: Masks,
        scrubber: Scrubber,
        settle: Settle,
        *,
        write: Write,
        clean: Settle,
        chunks: bool,
    ) -> None:
        self._tree = tree
        self._write = write
        self._masks = masks
        self._scrub: Scrub = scrubber.anonymous
        self._scrub_alone = scrubber.alone
        self._settle = settle
        self._clean = clean
        """Masks the secrets of one value, or of one name."""
        self._chunks = chunks
        self._history = History()
        self._blocks: dict[str, Block] = {}

    def write(self) -> Block:
        spans = list(self._tree.below(self._tree.roots))
        depths = _depths(spans)
        sizes: Counter[str] = Counter()
        for span in reversed(spans):
            block = self._block(span)
            sizes[span.call_id] += 1
            if depths[span.call_id] > DEEPEST:
                block = [deeper(sizes[span.call_id], [self._scrub_alone("\n".join(block))])]
            if span.parent_call_id is not None:
                sizes[span.parent_call_id] += sizes[span.call_id]
            self._blocks[span.call_id] = block
        return self._lines(arrange([moment_of(root) for root in self._tree.roots], self._history))

    def _block(self, span: SpanData) -> Block:
        """Write one span: its start, and below it its events and its output."""
        inside: list[Moment[SpanData | Event]] = [_as_any(moment_of(child)) for child in self._tree.children(span)]
        inside.extend(self._said(span))
        inside.sort(key=lambda moment: moment.stamp.started if moment.stamp is not None else moment.t0)
        body = self._lines(arrange(inside, self._history))
        if span.t1 is not None:
            body.append(f"output{self._outcome(span)}")
        head = self._clean(f"start {word(span.type)} {word(span.name)}") + acted(span.acted)
        return [head, *(f"{_STEP}{line}" for line in body)]

    def _outcome(self, span: SpanData) -> str:
        values: dict[str, Any] = {}
        if span.error is not None:
            values["error"] = span.error.model_dump(include={"type", "message"})
        if span.status not in ("success", "error"):
            values["status"] = span.status
        values = self._masks.fields(span.name, values)
        error = self._clean(f" {FAILURE} {error_text(values['error'], self._scrub)}") if "error" in values else ""
        return error + (f" [{values['status']}]" if "status" in values else "")

    def _said(self, span: SpanData) -> list[Moment[SpanData | Event]]:
        """Return a span's own events; chunks without another event between them are folded into one."""
        own = [event for event in self._tree.events_of(span) if event.type not in (START, OUTPUT)]
        breaks = [child.stamp.started for child in self._tree.children(span) if child.stamp and _same_lane(child, span)]
        runs: list[list[Event]] = []
        for event in own:
            last = runs[-1] if runs else None
            if not self._chunks and last is not None and _continues(last[-1], event, breaks):
                last.append(event)
            else:
                runs.append([event])
        return [moment for run in runs for moment in self._folded(run)]

    def _folded(self, run: Sequence[Event]) -> list[Moment[SpanData | Event]]:
        if run[0].type != CHUNK or self._chunks:
            return [_moment(event, event, event.payload, 0) for event in run]
        pieces = fold([event.payload for event in run])
        return [_moment(run[0], run[-1], piece, index) for index, piece in enumerate(pieces)]

    def _lines(self, series: Series[SpanData | Event] | Series[SpanData]) -> Block:
        lines: Block = []
        after_group = False
        for step in series:
            if isinstance(step, (Fork, Knot)):
                group = self._group(step) if isinstance(step, Fork) else self._knot(step)
                lines.extend([then(group[0]), *group[1:]] if after_group else group)
            else:
                lines.extend(self._item(step))
            after_group = isinstance(step, (Fork, Knot))
        return lines

    def _knot(self, knot: Knot[Any]) -> Block:
        blocks = [self._item(item) for item in knot.items]
        marked = crosswise(knot, [self._scrub("\n".join(block)) for block in blocks])
        return [(marks if at == 0 else _STEP) + line for marks, i in marked for at, line in enumerate(blocks[i])]

    def _group(self, fork: Fork[Any]) -> Block:
        branches = sorted(
            ([self._lines((step,)) for step in branch] for branch in fork.branches),
            key=lambda branch: [self._settle(line) for block in branch for line in block],
        )
        return [
            (in_branch(index) if at == 0 else "") + line
            for branch in branches
            for index, block in enumerate(branch)
            for at, line in enumerate(block)
        ]

    def _item(self, item: SpanData | Event) -> Block:
        if isinstance(item, SpanData):
            return self._blocks[item.call_id]
        values = {} if item.payload is None else {"payload": item.payload}
        values = self._masks.fields(item.type, values)
        payload = self._clean(f" {self._write(values['payload'], self._scrub)}") if "payload" in values else ""
        return [self._clean(word(item.type)) + payload]


def _depths(spans: Iterable[SpanData]) -> dict[str, int]:
    """Return how many spans are above each; they come top down."""
    depths: dict[str, int] = {}
    for span in spans:
        above = None if span.parent_call_id is None else depths.get(span.parent_call_id)
        depths[span.call_id] = 0 if above is None else above + 1
    return depths


def _same_lane(a: SpanData, b: SpanData) -> bool:
    return a.stamp is not None and b.stamp is not None and a.stamp.lane is b.stamp.lane


def _continues(last: Event, event: Event, breaks: Sequence[int]) -> bool:
    if last.type != CHUNK or event.type != CHUNK:
        return False
    if last.stamp is None or event.stamp is None:
        return True
    return not any(last.stamp.started < at < event.stamp.started for at in breaks)


def _moment(first: Event, last: Event, payload: Any, index: int) -> Moment[SpanData | Event]:
    event: SpanData | Event = first.model_copy(update={"payload": payload})
    stamp = None
    if first.stamp is not None and last.stamp is not None:
        stamp = Stamp(first.stamp.started, last.stamp.started, first.stamp.lane)
    return Moment(event, f"{first.call_id}-{first.t}-{index}", stamp, first.t, last.t)


def _as_any(moment: Moment[SpanData]) -> Moment[SpanData | Event]:
    return Moment(moment.item, moment.id, moment.stamp, moment.t0, moment.t1)

"""The text timeline of document 003: every step with its time and how it ended, retries marked.

weather:start
├── ✓  geocode                180ms  OK
├── ✗  get_weather            250ms  RETRY    ← attempt 1, failed
├── ✓  get_weather            280ms  OK       ← attempt 2, succeeded
└── ✓  done

Retries: 1
Status:  WARNING
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from pytest_traces.analysis.health.retries import Attempts, find_retries
from pytest_traces.analysis.health.status import trace_status
from pytest_traces.drawing.layout import Layout
from pytest_traces.drawing.marks import NOTE
from pytest_traces.drawing.text import word
from pytest_traces.model.span import SpanData
from pytest_traces.model.tree import SpanTree
from pytest_traces.model.words.signs import FAILURE, SUCCESS

_LABELS = {"success": "OK", "error": "FAILED"}
_MARKS = {"success": SUCCESS, "running": "…"}
_NAME, _TIME, _LABEL = 22, 7, 7  # widths of the columns in document 003
_RED, _PLAIN = "\x1b[31m", "\x1b[0m"


def draw_timeline(
    tree: SpanTree,
    *,
    slow_ms: float | None = None,
    retries: Sequence[Attempts] | None = None,
    status: str | None = None,
    color: bool = False,
) -> str:
    """Draw every run of a trace as a timeline, then the number of retries and the status of the trace.

    Steps of at least `slow_ms` are marked. `retries` and `status` are computed if not given.
    """
    tried = find_retries(tree) if retries is None else retries
    standing = status or trace_status(tree.roots, retried=bool(tried))
    notes = _notes(tried, slow_ms, tree)
    again = {span.call_id for retry in tried for span in retry.spans[:-1]}
    layout = Layout(tree, lambda span: f"{span.type} {span.name}")
    rows = [row for _, root in layout.roots for row in _run(layout, root, notes, again)]
    width = max([_NAME, *(len(lead) + len(name) - 4 for lead, _, name, *_ in rows)])
    lines = [_line(row, width, slow_ms if color else None) for row in rows]
    count = sum(retry.attempts - 1 for retry in tried)
    return "\n".join([*lines, "", f"Retries: {count}", f"Status:  {standing.upper()}"])


Row = tuple[str, str, str, SpanData | None, str, str]
"""The branches before a step, its sign, its name, the step, its label, its note."""


def _run(layout: Layout, root: SpanData, notes: Mapping[str, str], again: set[str]) -> Iterator[Row]:
    """Yield the rows of one run; without recursion, because traces can be deep."""
    yield "", "", f"{word(root.name)}:start", None, "", ""
    stack = [("", placed) for placed in reversed(layout.children(root))]
    while stack:
        trunk, (marks, span) = stack.pop()
        label = "RETRY" if span.call_id in again else _LABELS.get(span.status, span.status.upper())
        note = notes.get(span.call_id, "")
        yield f"{trunk}├── ", _MARKS.get(span.status, FAILURE), f"{marks}{word(span.name)}", span, label, note
        stack.extend((f"{trunk}│   ", placed) for placed in reversed(layout.children(span)))
    if root.t1 is None:
        yield "└── ", "…", "running", None, "", ""
    elif root.status == "success":
        yield "└── ", SUCCESS, "done", None, "", ""
    else:
        yield "└── ", FAILURE, root.status if root.error is None else str(root.error), None, "", ""


def _line(row: Row, width: int, red_from: float | None) -> str:
    lead, mark, name, span, label, note = row
    if span is None:
        return f"{lead}{mark}  {name}" if mark else name
    took = "" if span.elapsed is None else f"{span.elapsed:.0f}ms"
    named = name.ljust(width + 4 - len(lead))
    text = f"{lead}{mark}  {named} {took:>{_TIME}}  {label:<{_LABEL}}"
    is_red = red_from is not None and span.elapsed is not None and span.elapsed >= red_from
    shown = f"{text}  {NOTE} {note}" if note else text.rstrip()
    return f"{_RED}{shown}{_PLAIN}" if is_red else shown


def _notes(retries: Sequence[Attempts], slow_ms: float | None, tree: SpanTree) -> dict[str, str]:
    notes: dict[str, str] = {}
    for retry in retries:
        if len(retry.spans) == 1:
            outcome = "succeeded" if retry.recovered else "failed"
            notes[retry.spans[0].call_id] = f"{retry.attempts} attempts, {outcome}"
            continue
        for number, span in enumerate(retry.spans, 1):
            outcome = "succeeded" if span.status == "success" else "failed"
            notes[span.call_id] = f"attempt {number}, {outcome}"
    for span in tree.spans:
        if span.type == "retry":
            notes[span.call_id] = "backoff + retry decision"
        if slow_ms is not None and span.elapsed is not None and span.elapsed >= slow_ms:
            before = f"{notes[span.call_id]}, " if span.call_id in notes else ""
            notes[span.call_id] = f"{before}slow"
    return notes

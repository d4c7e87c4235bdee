"""Draws spans as a tree, one on each line, with notes beside them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from pytest_traces.drawing.layout import Layout, Placed
from pytest_traces.drawing.marks import acted, margin
from pytest_traces.drawing.text import shorten, word
from pytest_traces.model.span import SpanData
from pytest_traces.model.tree import SpanTree
from pytest_traces.model.words.signs import FAILURE
from pytest_traces.redaction.masking import redact

Line = Callable[[SpanData], str]

DEEPEST = 100
"""Greatest depth of indentation: 30,000 nested spans, each indented further, would take gigabytes."""
_WIDTH = 100  # a value in a message is cut to this many characters


def draw_tree(
    tree: SpanTree,
    line: Line,
    *,
    notes: Mapping[str, str] | None = None,
    limit: int | None = None,
    settle: Callable[[str], str] = str,
) -> str:
    """Draw a whole trace.

    `line` returns the text of a span; `notes` are texts by call id. With a `limit`, lines far from every note are left
    out and counted. `settle` removes from a line the parts that must not order concurrent spans, as ids.
    """
    lines = {span.call_id: line(span) for span in tree.spans}
    layout = Layout(tree, lambda span: settle(lines[span.call_id]))
    rows: list[str] = []
    noted: list[int] = []
    for prefix, _, (marks, span) in walk(layout):
        row = f"{prefix}{marks}{lines[span.call_id]}"
        if notes is not None and span.call_id in notes:
            noted.append(len(rows))
            row += margin(notes[span.call_id])
        rows.append(row)
    return "\n".join(rows if limit is None else _fold(rows, noted, limit))


def outline(span: SpanData) -> str:
    """Return type, name and error of a span: its line in error messages."""
    return "".join(outline_parts(span))


def outline_parts(span: SpanData) -> tuple[str, str, str]:
    """Return type and name of a span, its error, and its status unless that is `success`."""
    trouble = f" {FAILURE} {shorten(str(span.error), _WIDTH)}" if span.error is not None else ""
    standing = "" if span.status == "success" or (span.status == "error" and span.error) else f" [{span.status}]"
    return redact(f"{word(span.type)} {word(span.name)}"), trouble, f"{standing}{acted(span.acted)}"


def walk(layout: Layout) -> list[tuple[str, str, Placed]]:
    """Yield the spans from the roots down, each with its prefix and that of the lines below it."""
    rows: list[tuple[str, str, Placed]] = []
    stack: list[tuple[str, str, int, Placed]] = [("", "", 0, placed) for placed in reversed(layout.roots)]
    while stack:
        branch, below, depth, placed = stack.pop()
        rows.append((branch, below, placed))
        children = layout.children(placed[1])
        last = len(children) - 1
        for index in range(last, -1, -1):
            knee, trunk = ("└─ ", "   ") if index == last else ("├─ ", "│  ")
            if depth >= DEEPEST:
                knee, trunk = f"{knee}({depth + 1} deep) ", ""
            stack.append((below + knee, below + trunk, depth + 1, children[index]))
    return rows


def _fold(rows: Sequence[str], noted: Sequence[int], limit: int) -> list[str]:
    if len(rows) <= limit:
        return list(rows)
    reach = max(2, limit // (2 * len(noted) + 2))
    keep = {*range(reach), *(near for at in noted for near in range(at - reach, at + reach + 1))}
    folded: list[str] = []
    hidden = 0
    for index, row in enumerate(rows):
        if index in keep:
            if hidden:
                folded.append(f"… {hidden} more spans")
            folded.append(row)
            hidden = 0
        else:
            hidden += 1
    return [*folded, f"… {hidden} more spans"] if hidden else folded

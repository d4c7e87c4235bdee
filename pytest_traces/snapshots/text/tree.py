"""Reads a committed text back as a tree of lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property

from pytest_traces.drawing.marks import split_marks
from pytest_traces.drawing.values.paths import read_values
from pytest_traces.snapshots.text.lines import Fields, Reader, attempt_of, join_fields, plain_name, span_fields
from pytest_traces.snapshots.text.wrapping import BRANCHES, INDENT

_VALUES = {"input", "output"}

Shapes = dict[object, int]
"""Numbers of subtrees: equal subtrees share a number, also across two texts."""


class Node:
    """One span or event of a drawn text: its line, and the nodes below it."""

    def __init__(self, marks: str, content: str, attempt: int | None, read: Reader) -> None:
        self.marks = marks
        """Marks of concurrency, as in `∥ ↳`."""
        self.content = content
        """Its lines without branches, marks and attempt."""
        self.attempt = attempt
        self.parent: Node | None = None
        self.children: list[Node] = []
        self.shape = 0
        """The same for subtrees that differ in nothing but their own marks and attempts."""
        self.drawn = 0
        """The same for subtrees that differ in nothing but their own marks and attempt."""
        self.size = 1
        self._read = read

    @cached_property
    def fields(self) -> Fields:
        """The fields of the line, as they are drawn."""
        line, *below = self.content.split("\n")
        return {**self._read(line), **read_values(below)}

    @property
    def line(self) -> str:
        """All its fields, on one line."""
        return join_fields(self.fields) if "\n" in self.content else self.content

    @cached_property
    def key(self) -> tuple[str, str]:
        """Type and name as they are drawn."""
        fields = self.fields
        return fields.get("type") or fields.get("event") or self.content, fields.get("name", "")

    @property
    def name(self) -> str:
        """The name of its span, else the type of its event."""
        return plain_name(self.key[1] or self.key[0])


def parse_tree(text: str, shapes: Shapes, read: Reader = span_fields) -> Node:
    """Return a node without content above the roots of a drawn tree, or of indented events."""
    top = Node("", "", None, read)
    path: list[tuple[int, Node]] = [(-1, top)]
    order = [top]
    known: dict[str, tuple[str, str, int | None]] = {}
    for depth, bare, below in _with_values(text.split("\n")):
        said = known.get(bare)
        if said is None:
            said = known[bare] = _split(bare)
        node = Node(*said, read)
        if below:
            node.content = "\n".join([node.content, *below])
        while path[-1][0] >= depth:
            path.pop()
        node.parent = path[-1][1]
        node.parent.children.append(node)
        path.append((depth, node))
        order.append(node)
    for node in reversed(order):  # children stand below their parents
        _describe(node, shapes)
    return top


def _with_values(lines: Sequence[str]) -> Iterator[tuple[int, str, Sequence[str]]]:
    """Yield the column and the text of each span or event with the lines of its values.

    Such lines are indented further, on no branch.
    """
    at = 0
    while at < len(lines):
        bare = lines[at].lstrip(BRANCHES)
        depth = len(lines[at]) - len(bare)
        column = depth + INDENT
        first = at = at + 1
        while at < len(lines) and not lines[at][:column].strip("│ ") and len(lines[at]) > column:
            at += 1
        yield depth, bare, [row[column:] for row in lines[first:at]] if at > first else ()


def fields_differ(old: Node, new: Node) -> int:
    """Count the fields that differ between two lines; lines of another type may show more values."""
    a, b = old.fields, new.fields
    compared = {*a, *b} if a.get("type") == b.get("type") else ({*a, *b} - _VALUES) | (a.keys() & b.keys())
    return sum(a.get(name) != b.get(name) for name in compared)


def _split(line: str) -> tuple[str, str, int | None]:
    marks, rest = split_marks(line)
    return marks, *attempt_of(rest)


def _describe(node: Node, shapes: Shapes) -> None:
    """Give a node its numbers; its children have theirs."""
    if not node.children:
        node.shape = node.drawn = shapes.setdefault(node.content, len(shapes))
        return
    below = tuple((child.marks, child.shape) for child in node.children)
    node.shape = node.drawn = shapes.setdefault((node.content, below), len(shapes))
    node.size += sum(child.size for child in node.children)
    if any(child.attempt or child.drawn != child.shape for child in node.children):
        tried = tuple((child.attempt, child.drawn) for child in node.children)
        node.drawn = shapes.setdefault((node.shape, "tried", tried), len(shapes))

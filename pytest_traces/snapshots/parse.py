"""Reads a committed text back: lines into nodes, a line into its fields."""

from __future__ import annotations

import json
import re
from hashlib import blake2b

_KNEES = re.compile(r"(?:│  |   |├─ |└─ |  )*")
_MARKS = re.compile(r"(?:(?:∥|↳|then) )*")
_ATTEMPT = re.compile(r"   attempt (\d+)")
_WORD = re.compile(r'"(?:[^"\\]|\\.)*"|\S+')
_EXTRA = re.compile(r"   (\w+)=")
_STATUS = re.compile(r" \[(running|success|error|cancelled|timeout|blocked)\]$")
_VALUE = re.compile(r" (?! |→ |✗ |\[(?:running|success|error|cancelled|timeout|blocked)\](?:   |$))")
_DECODER = json.JSONDecoder()


class Node:
    """One line of a tree."""

    __slots__ = ("attempt", "children", "content", "digest", "key", "marks", "parent", "size")

    def __init__(self, marks: str, content: str, attempt: int | None) -> None:
        self.marks = marks.strip()
        self.content = content
        """The line without knees, marks and attempt."""
        self.attempt = attempt
        head = _WORD.findall(content, 0, 200)[:2]
        self.key: tuple[str, ...] = tuple(head)
        """Type and name as they are drawn."""
        self.parent: Node | None = None
        self.children: list[Node] = []
        self.digest = b""
        """Equal for subtrees that differ in nothing but marks and attempts."""
        self.size = 1

    @property
    def name(self) -> str:
        """The name of its span."""
        drawn = self.key[1] if len(self.key) > 1 else self.content
        return str(json.loads(drawn)) if drawn.startswith('"') else drawn


def parse_tree(text: str) -> Node:
    """Return a node without content above the roots of a drawn tree (or of indented events)."""
    top = Node("", "", None)
    path: list[tuple[int, Node]] = [(-1, top)]
    order = [top]
    for line in text.split("\n"):
        knees = _KNEES.match(line)
        depth = knees.end() if knees else 0
        marks = _MARKS.match(line, depth)
        start = marks.end() if marks else depth
        tried = _ATTEMPT.search(line, start)
        content = line[start:] if tried is None else line[start : tried.start()] + line[tried.end() :]
        node = Node(line[depth:start], content, int(tried[1]) if tried else None)
        while path[-1][0] >= depth:
            path.pop()
        node.parent = path[-1][1]
        node.parent.children.append(node)
        path.append((depth, node))
        order.append(node)
    for node in reversed(order):
        digest = blake2b(node.content.encode(), digest_size=12)
        for child in node.children:
            digest.update(child.digest)
            node.size += child.size
        node.digest = digest.digest()
    return top


def fields_of(content: str) -> dict[str, str]:
    """Split a span's line into its fields, as they are drawn.

    >>> fields_of('tool search {"q": 1} → [2]   model="x"')
    {'type': 'tool', 'name': 'search', 'input': '{"q": 1}', 'output': '[2]', 'model': '"x"'}
    """
    head = _WORD.match(content)
    name = _WORD.match(content, head.end() + 1) if head else None
    if head is None or name is None:
        return {"line": content}
    fields = {"type": head[0], "name": name[0]}
    rest = content[name.end() :]
    if _VALUE.match(rest):
        fields["input"], rest = _take_value(rest[1:])
    if rest.startswith(" → "):
        fields["output"], rest = _take_value(rest[3:])
    extras = list(_EXTRA.finditer(rest))
    main = rest[: extras[0].start()] if extras else rest
    for index, extra in enumerate(extras):
        end = extras[index + 1].start() if index + 1 < len(extras) else len(rest)
        fields[extra[1]] = rest[extra.end() : end]
    status = _STATUS.search(main)
    if status is not None:
        fields["status"], main = status[1], main[: status.start()]
    if main.startswith(" ✗ "):
        fields["error"] = main[3:]
    return fields


def _take_value(text: str) -> tuple[str, str]:
    """Split off the JSON value, or the cut one, at the head of a text."""
    if text.startswith("⟨"):
        end = text.find("⟩") + 1 or len(text)
        return text[:end], text[end:]
    try:
        _, end = _DECODER.raw_decode(text)
    except ValueError:
        return text, ""
    return text[:end], text[end:]

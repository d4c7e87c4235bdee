"""Identifies ids by the lines that contain them, so that concurrent spans have the same order in every run."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from hashlib import blake2b

from pytest_traces.drawing.marks import BRANCH
from pytest_traces.snapshots.normalising.scrubber import Scrubber
from pytest_traces.snapshots.text.lines import span_fields
from pytest_traces.snapshots.text.tree import Node, parse_tree

Settle = Callable[[str], str]
"""Removes from a line all that must not order concurrent spans."""

_ROUNDS = 3  # rounds in which ids are described by the ids beside them


def settled(draw: Callable[[Settle], str], scrubber: Scrubber) -> str:
    """Draw a text whose concurrent lines are ordered by content, and by ids if these can be identified.

    Two equal concurrent calls on two ids differ if only one of these ids is used again.
    """
    text = draw(scrubber.anonymous)
    if BRANCH not in text or not _holds_ids(text, scrubber):
        return text
    known: dict[str, str] = {}
    for _ in range(_ROUNDS):
        signed = _signatures(text, known, scrubber)
        if not signed or len(set(signed.values())) == len(set(known.values())):
            break
        known = signed
        text = draw(_settle_by(known, scrubber))
    return text


def _holds_ids(text: str, scrubber: Scrubber) -> bool:
    """Return whether the whole text has ids: most have none, and a check line by line is slow."""
    found: list[str] = []
    scrubber.scrub(text, lambda id: found.append(id) or "")  # type: ignore[func-returns-value]
    return bool(found)


def _settle_by(known: dict[str, str], scrubber: Scrubber) -> Settle:
    return lambda line: scrubber.scrub(line, lambda id: known.get(id, "<id>"))


def _signatures(text: str, known: dict[str, str], scrubber: Scrubber) -> dict[str, str]:
    """Describe each id by the lines that contain it and their positions; an id of one line needs none."""
    found: dict[str, list[str]] = defaultdict(list)
    settle = _settle_by(known, scrubber)
    places: dict[Node, str] = {}
    stack = [parse_tree(text, {}, span_fields)]
    while stack:
        node = stack.pop()
        line = settle(node.content)
        for at, child in enumerate(node.children):
            # Among concurrent siblings the position is not known yet.
            where = settle(child.content) if child.marks else str(at)
            places[child] = f"{places.get(node, '')}/{where}"
        ids: list[str] = []
        scrubber.scrub(node.content, lambda id, ids=ids: ids.append(id) or "")  # type: ignore[misc]
        for at, id in enumerate(ids):
            found[id].append(f"{places.get(node, '')}\n{line}\n{at}")
        stack.extend(node.children)
    if not any(len(lines) > 1 for lines in found.values()):
        return {}
    return {id: _signature(lines) for id, lines in found.items()}


def _signature(lines: list[str]) -> str:
    counted = sorted(Counter(lines).items())
    return f"<id~{blake2b(repr(counted).encode('utf-8', 'backslashreplace'), digest_size=8).hexdigest()}>"

"""How one line differs from another: the changed part, and the path that `ignore=` takes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pytest_traces.drawing.changes import changes
from pytest_traces.drawing.text import brief, json_line, shorten
from pytest_traces.snapshots.comparing.lookalikes import proposed_mask
from pytest_traces.snapshots.text.paths import FIELDS, joined
from pytest_traces.snapshots.text.tree import Node

_SHOWN = 120  # characters shown of one value
_LINE = 72  # characters of a difference on one line
_ROWS = 8  # differences listed of one line


@dataclass(frozen=True)
class Difference:
    """One place where two lines differ."""

    path: str
    """The path, as `ignore=` takes it; for a name or a type, that word alone."""
    old: str
    new: str
    mask: str | None = None
    """The value for `replace=`, as Python source, if both values look generated; else `None`."""

    def __str__(self) -> str:
        return f"{self.path}: {self.old} → {self.new}"

    def rows(self) -> list[str]:
        """Return it on one line, or with either value on a line of its own."""
        return [str(self)] if len(str(self)) <= _LINE else [f"{self.path}:", f"  - {self.old}", f"  + {self.new}"]


def differences(old: Node, new: Node) -> list[Difference]:
    """Return how the lines of one span differ, field by field."""
    before, after = old.fields, new.fields
    name = _owner(new).name
    found: list[Difference] = []
    for field in dict.fromkeys([*before, *after]):
        if before.get(field) != after.get(field):
            place = [name, field] if field in FIELDS else [field]
            found.extend(_field(place, before.get(field), after.get(field)))
    return found


def rows(found: Sequence[Difference]) -> list[str]:
    """Return one line for each difference, and the mask to paste for values that look generated."""
    more = len(found) - _ROWS
    named = [row for one in found[:_ROWS] for row in one.rows()]
    named += [f"… {more} more differences"] if more > 0 else []
    return [*named, *proposal(found)]


def proposal(found: Iterable[Difference]) -> list[str]:
    """Return the line that proposes masks; none if no difference looks like noise."""
    masks = {one.path: one.mask for one in found if one.mask is not None}
    if not masks:
        return []
    pairs = ", ".join(f"{json.dumps(path, ensure_ascii=False)}: {mask}" for path, mask in masks.items())
    return [f"looks like {'an id' if len(masks) == 1 else 'ids'}; if it is noise: replace={{{pairs}}}"]


def _owner(node: Node) -> Node:
    """Return the line that a field belongs to: the output of a span lies below its start."""
    return node.parent if node.fields.get("event") == "output" and node.parent is not None else node


def _field(place: list[str], old: str | None, new: str | None) -> Iterator[Difference]:
    if old is None or new is None:
        yield Difference(joined(place), _show(old), _show(new))
    elif place[-1] == "error":
        yield from _error(place, old, new)
    else:
        try:
            a, b = json.loads(old), json.loads(new)
        except ValueError:
            a = b = None
        if a is not None and json_line(a) == json_line(b):  # equal values: the keys of a mask have another order
            return
        if isinstance(a, (dict, list)) and type(a) is type(b):
            yield from _structured(place, a, b)
        else:
            mask = None if a is None else proposed_mask(a, b)
            yield from _changed(joined(place), old, new, mask)


def _error(place: list[str], old: str, new: str) -> Iterator[Difference]:
    """Return whether the message or the type of an error differs."""
    (kind, _, message), (other_kind, _, other_message) = (error.partition(": ") for error in (old, new))
    if kind == other_kind and message and other_message:
        yield from _changed(joined([*place, "message"]), message, other_message)
    else:
        yield from _changed(joined(place), old, new)


def _structured(place: list[str], old: Any, new: Any) -> Iterator[Difference]:
    """Compare with deepdiff, which is good at one value and slow at a whole trace."""
    from deepdiff import DeepDiff

    diff = DeepDiff(
        old, new, threshold_to_diff_deeper=0, ignore_private_variables=False, ignore_nan_inequality=True, view="tree"
    )
    changes = [change for group in diff.values() for change in group]
    if not changes:  # deepdiff gives up silently on what is very large
        yield from _changed(joined(place), json_line(old), json_line(new))
    paths = {joined([*place, *map(str, change.path(output_format="list"))]): change for change in changes}
    for path, change in sorted(paths.items()):
        if _absent(change.t1) or _absent(change.t2):
            yield Difference(path, _value(change.t1), _value(change.t2))
        else:
            yield from _changed(path, json_line(change.t1), json_line(change.t2), proposed_mask(change.t1, change.t2))


def _changed(path: str, old: str, new: str, mask: str | None = None) -> Iterator[Difference]:
    """Yield each difference of two texts: the words, and a few characters around them."""
    for before, after in changes(old, new):
        yield Difference(path, _show(before), _show(after), mask)


def _absent(value: Any) -> bool:
    return type(value).__name__ == "NotPresent"


def _value(value: Any) -> str:
    return "nothing" if _absent(value) else brief(value, _SHOWN)


def _show(text: str | None) -> str:
    return "nothing" if text is None else shorten(text, _SHOWN)

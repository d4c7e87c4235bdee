"""How one value differs from another: the changed part, and the path that `ignore=` takes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from pytest_traces.drawing.text import json_line, shorten
from pytest_traces.snapshots.parse import fields_of

_AROUND = 24  # characters shown on either side of a change in a long text
_ROWS = 8  # differences listed of one span

Difference = tuple[str, str, str]
"""A path, what stood there, what stands there now."""


def differences(old: str, new: str) -> list[Difference]:
    """Return how two lines of one span differ, field by field."""
    before, after = fields_of(old), fields_of(new)
    found: list[Difference] = []
    for field in dict.fromkeys([*before, *after]):
        if before.get(field) != after.get(field):
            found.extend(_field(field, before.get(field), after.get(field)))
    return found[:_ROWS] + ([("", f"… {len(found) - _ROWS} more differences", "")] if len(found) > _ROWS else [])


def _field(field: str, old: str | None, new: str | None) -> Iterator[Difference]:
    if old is None or new is None:
        yield field, _show(old), _show(new)
        return
    try:
        a, b = json.loads(old), json.loads(new)
    except ValueError:
        yield field, *_changed_part(old, new)
        return
    if isinstance(a, (dict, list)) and type(a) is type(b):
        yield from _structured(field, a, b)
    else:
        yield field, *_changed_part(old, new)


def _structured(field: str, old: Any, new: Any) -> Iterator[Difference]:
    """Ask deepdiff, which is good at one value and slow at a whole trace."""
    from deepdiff import DeepDiff

    diff = DeepDiff(
        old, new, threshold_to_diff_deeper=0, ignore_private_variables=False, ignore_nan_inequality=True, view="tree"
    )
    for group in diff.values():
        for change in group:
            path = ".".join([field, *map(str, change.path(output_format="list"))])
            if isinstance(change.t1, str) and isinstance(change.t2, str):
                yield (
                    path,
                    *_changed_part(
                        json.dumps(change.t1, ensure_ascii=False), json.dumps(change.t2, ensure_ascii=False)
                    ),
                )
            else:
                yield path, _value(change.t1), _value(change.t2)


def _value(value: Any) -> str:
    if type(value).__name__ == "NotPresent":
        return "nothing"
    return shorten(json_line(value), 120)


def _show(text: str | None) -> str:
    return "nothing" if text is None else shorten(text, 120)


def _changed_part(old: str, new: str) -> tuple[str, str]:
    """Cut two long texts to the part where they differ."""
    if max(len(old), len(new)) <= 4 * _AROUND:
        return old, new
    head = next((at for at, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
    limit = min(len(old), len(new)) - head
    tail = next((at for at in range(limit) if old[-1 - at] != new[-1 - at]), limit)
    return _cut(old, head, len(old) - tail), _cut(new, head, len(new) - tail)


def _cut(text: str, start: int, end: int) -> str:
    start, end = max(0, start - _AROUND), min(len(text), end + _AROUND)
    return f"{'…' if start else ''}{shorten(text[start:end], 120)}{'…' if end < len(text) else ''}"

"""Makes a plain `assert` on names and selections as telling as ours."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import zip_longest
from operator import ne
from typing import TYPE_CHECKING, Any, TypeVar

from pytest_traces.model.span import Span
from pytest_traces.wording import nearest

if TYPE_CHECKING:
    from pytest_traces.assertions.selection import Selection

T = TypeVar("T")


class Names(list[str]):
    """A list of names that knows whose they are."""

    __slots__ = ("selection",)

    def __init__(self, selection: Selection) -> None:
        super().__init__(span.name for span in selection)
        self.selection = selection


class Row(tuple[T, ...]):
    """Things in order: a tuple that equals a list of the same, for `== []` is how one says that there are none."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return tuple(self) == (tuple(other) if isinstance(other, list) else other)

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = tuple.__hash__


def are_alike(span: Span, expected: Any) -> bool:
    """Tell whether a span is what is expected in its place: the same one, or one of that name."""
    return bool(expected == (span.name if isinstance(expected, str) else span))


def explain_comparison(op: str, left: Any, right: Any) -> list[str] | None:
    """Explain a failed `assert left op right` where one side is a selection or its names; `None` for others.

    The first line stands alone; it is what pytest shows after `assert`.
    """
    selection = _selection(left) or _selection(right)
    if selection is None:
        return None
    if op in ("==", "!="):
        return [f"{left!r} {op} {right!r}", "", *_explain_equality(op, left, right, selection)]
    if op in ("in", "not in"):
        return [f"{left!r} {op} {right!r}", "", *_explain_membership(op, left, selection)]
    return None


def _selection(side: Any) -> Any:
    if isinstance(side, Names):
        return side.selection
    return side if hasattr(type(side), "nearest_miss") else None


def _explain_equality(op: str, left: Any, right: Any, selection: Selection) -> list[str]:
    if op == "!=":
        return ["expected anything else", "", *_tree(selection, {span.call_id: "here" for span in selection})]
    actual, expected = (left, right) if _selection(left) is selection else (right, left)
    if not isinstance(expected, Sequence) or isinstance(expected, str):
        return [f"expected {expected!r}, which is no list of spans or names", "", *_tree(selection)]
    if any(isinstance(item, str) for item in expected):
        actual = [*selection.names]
    at = _first_difference(actual, expected)
    if at == len(actual) == len(expected):
        return [f"a list is compared with a {type(expected).__name__}: write {[*expected]!r}", "", *_tree(selection)]
    there = [*selection][at : at + 1]
    wanted = repr(expected[at]) if at < len(expected) else "nothing more"
    found = repr(actual[at]) if at < len(actual) else "nothing more"
    headline = f"expected {wanted} at index {at}, found {found}"
    return [
        headline,
        "",
        *_table(actual, expected, at),
        "",
        *_tree(selection, {span.call_id: "here" for span in there}),
    ]


def _explain_membership(op: str, left: Any, selection: Selection) -> list[str]:
    if op == "in":
        hint = nearest(left, selection.names) if isinstance(left, str) else ""
        return [f"expected {left!r} among {len(selection)} spans, it is not there{hint}", "", *_tree(selection)]
    there = [left] if isinstance(left, Span) else selection.find(left)
    found = {span.call_id: "here" for span in there}
    return [f"expected no {left!r}, found {len(found)}", "", *_tree(selection, found)]


def _first_difference(actual: Sequence[Any], expected: Sequence[Any]) -> int:
    return [*map(ne, actual, expected), True].index(True)


def _table(actual: Sequence[Any], expected: Sequence[Any], at: int) -> list[str]:
    rows = [("expected", "actual"), *zip_longest(map(repr, expected), map(repr, actual), fillvalue="")]
    width = max(len(one) for one, _ in rows) + 3
    return [f"{'→ ' if row == at + 1 else '  '}{one:<{width}}{other}".rstrip() for row, (one, other) in enumerate(rows)]


def _tree(selection: Selection, notes: dict[str, str] | None = None) -> Iterable[str]:
    return selection._family.draw(notes).splitlines()

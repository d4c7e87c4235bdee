"""Explains a failed plain `assert` on names and selections, in the form of our own assertions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import zip_longest
from operator import ne
from typing import Any

from pytest_traces.assertions.names import Names
from pytest_traces.assertions.queries.conditions import Conditions
from pytest_traces.assertions.queries.scope import Scope
from pytest_traces.model.span import SpanData
from pytest_traces.trace.selection import Selection
from pytest_traces.wording import nearest


def explain_comparison(op: str, left: Any, right: Any) -> list[str] | None:
    """Explain a failed `assert left op right` if one side is a selection or its names; else return `None`.

    The first line must be clear by itself: pytest shows it after `assert`.
    """
    names = _names(left)
    if names is None:
        names = _names(right)
    if names is None:
        return None
    if op in ("==", "!="):
        return [f"{left!r} {op} {right!r}", "", *_explain_equality(op, left, right, names)]
    if op in ("in", "not in"):
        return [f"{left!r} {op} {right!r}", "", *_explain_membership(op, left, names)]
    return None


def _names(side: Any) -> Names | None:
    if isinstance(side, Selection):
        return side.names
    return side if isinstance(side, Names) else None


def _explain_equality(op: str, left: Any, right: Any, names: Names) -> list[str]:
    scope = names.scope
    if op == "!=":
        return ["expected anything else", "", *_tree(scope, {span.call_id: "here" for span in scope.spans})]
    actual, expected = (left, right) if _names(left) is not None else (right, left)
    if not isinstance(expected, Sequence) or isinstance(expected, str):
        return [f"expected {expected!r}, which is no list of spans or names", "", *_tree(scope)]
    if any(isinstance(item, str) for item in expected):
        actual = names
    at = _first_difference(actual, expected)
    if at == len(actual) == len(expected):
        return [f"a list is compared with a {type(expected).__name__}: write {[*expected]!r}", "", *_tree(scope)]
    wanted = repr(expected[at]) if at < len(expected) else "nothing more"
    found = repr(actual[at]) if at < len(actual) else "nothing more"
    notes = {span.call_id: "here" for span in scope.spans[at : at + 1]}
    headline = f"expected {wanted} at index {at}, found {found}"
    return [headline, "", *_table(actual, expected, at), "", *_tree(scope, notes)]


def _explain_membership(op: str, left: Any, names: Names) -> list[str]:
    if op == "in":
        hint = nearest(left, names) if isinstance(left, str) else ""
        return [f"expected {left!r} among {len(names)} spans, it is not there{hint}", "", *_tree(names.scope)]
    there = [left] if isinstance(left, SpanData) else names.scope.find(Conditions(left))
    found = {span.call_id: "here" for span in there}
    return [f"expected no {left!r}, found {len(found)}", "", *_tree(names.scope, found)]


def _first_difference(actual: Sequence[Any], expected: Sequence[Any]) -> int:
    return [*map(ne, actual, expected), True].index(True)


def _table(actual: Sequence[Any], expected: Sequence[Any], at: int) -> list[str]:
    rows = [("expected", "actual"), *zip_longest(map(repr, expected), map(repr, actual), fillvalue="")]
    width = max(len(one) for one, _ in rows) + 3
    return [f"{'→ ' if row == at + 1 else '  '}{one:<{width}}{other}".rstrip() for row, (one, other) in enumerate(rows)]


def _tree(scope: Scope, notes: Mapping[str, str] | None = None) -> list[str]:
    return scope.draw(notes).splitlines()

"""What a query asks of a span, clause by clause, so that a near miss can say which clause failed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, get_args

from pytest_traces.assertions.matching import Text, matches_text, matches_value, require_text
from pytest_traces.drawing.text import json_line, shorten
from pytest_traces.errors import UnknownCondition
from pytest_traces.model.span import Span, Status
from pytest_traces.model.tree import SpanTree

Check = Callable[[Span, SpanTree], bool]


class Conditions:
    """A conjunction of clauses; unknown ones are refused when it is made."""

    def __init__(self, name: Any = None, conditions: Mapping[str, Any] | None = None) -> None:
        given = dict(conditions or {})
        for word in given:
            if word not in _CHECKS:
                raise UnknownCondition("condition", word, [*_CHECKS, "name"])
        self.name = name
        self.given = given
        self._checks: dict[str, Check] = {}
        if name is not None:
            require_text(name, "name")
            self._checks["name"] = lambda span, tree: matches_text(name, span.name)
        for word, expected in given.items():
            self._checks[word] = _CHECKS[word](expected)

    def holds(self, span: Span, tree: SpanTree) -> bool:
        """Whether every clause holds."""
        return all(check(span, tree) for check in self._checks.values())

    def broken(self, span: Span, tree: SpanTree) -> list[str]:
        """Name the clauses that do not hold."""
        return [word for word, check in self._checks.items() if not check(span, tree)]

    def describe(self, noun: str = "span") -> str:
        """Say in words what is asked, as in `tool span 'get_weather' with input {'city': 'Paris'}`."""
        kind = self.given.get("type")
        head = f"{kind} {noun}" if isinstance(kind, str) else noun
        rest = {word: expected for word, expected in self.given.items() if word != "type" or not isinstance(kind, str)}
        clauses = " and ".join(f"{word} {_show(expected)}" for word, expected in rest.items())
        return head + (f" {_show(self.name)}" if self.name is not None else "") + (f" with {clauses}" if clauses else "")

    def difference(self, span: Span, tree: SpanTree) -> str:
        """Say what a near miss has instead, as in `its input is {"city": "paris"}`."""
        broken = self.broken(span, tree)
        if broken == ["name"]:
            return "did you mean this one?"
        facts = [f"{word} is {shorten(_fact(span, word), 100)}" for word in broken if word != "under"]
        return "its " + ", its ".join(facts) if facts else "not under what was asked"


def _show(expected: Any) -> str:
    return f"/{expected.pattern}/" if isinstance(expected, re.Pattern) else shorten(repr(expected), 120)


def _fact(span: Span, word: str) -> str:
    fact = getattr(span, word)
    return repr(fact) if isinstance(fact, str) or fact is None else str(fact) if word == "error" else json_line(fact)


def _text(field: str) -> Callable[[Any], Check]:
    def check(expected: Any) -> Check:
        if expected is None:
            return lambda span, tree: getattr(span, field) is None
        require_text(expected, field)
        return lambda span, tree: matches_text(expected, getattr(span, field))

    return check


def _value(field: str) -> Callable[[Any], Check]:
    return lambda expected: lambda span, tree: matches_value(expected, getattr(span, field))


def _status(expected: Any) -> Check:
    known = get_args(Status)
    if isinstance(expected, str) and expected not in known:
        raise UnknownCondition("status", expected, known)
    return lambda span, tree: matches_text(expected, span.status)


def _tags(expected: Any) -> Check:
    wanted: Iterable[Any] = [expected] if isinstance(expected, (str, re.Pattern)) else list(expected)
    if not wanted:
        require_text("", "tags")
    return lambda span, tree: all(any(matches_text(one, tag) for tag in span.tags) for one in wanted)


def _error(expected: Any) -> Check:
    """`True` any error, `None` or `False` none; a name or class is the error's type, a regex its text."""
    if expected is None or isinstance(expected, bool):
        return lambda span, tree: (span.error is not None) is bool(expected)
    if isinstance(expected, type):
        return lambda span, tree: span.error is not None and span.error.type == expected.__name__
    require_text(expected, "error")
    if isinstance(expected, str):
        return lambda span, tree: span.error is not None and matches_text(expected, span.error.type)
    return lambda span, tree: span.error is not None and matches_text(expected, str(span.error))


def _under(expected: Span | Text) -> Check:
    if isinstance(expected, Span):
        return lambda span, tree: any(above.call_id == expected.call_id for above in tree.ancestors(span))
    require_text(expected, "under")
    return lambda span, tree: any(_named(expected, above) for above in tree.ancestors(span))


def _named(expected: Text, span: Span) -> bool:
    """Match a name, or a type and a name as the tree draws them: `agent planner`."""
    return matches_text(expected, span.name) or matches_text(expected, f"{span.type} {span.name}")


_CHECKS: Mapping[str, Callable[[Any], Check]] = {
    "type": _text("type"),
    "path": _text("path"),
    "status": _status,
    "model": _text("model"),
    "tags": _tags,
    "error": _error,
    "input": _value("input"),
    "output": _value("output"),
    "metadata": _value("metadata"),
    "attributes": _value("attributes"),
    "source": _text("source"),
    "under": _under,
}

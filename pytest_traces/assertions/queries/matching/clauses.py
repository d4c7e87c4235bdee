"""The conditions of a query, and how each one matches a span."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from pytest_traces.assertions.queries.matching.texts import (
    Text,
    is_class,
    is_predicate,
    judged,
    matches_text,
    require_text,
)
from pytest_traces.assertions.queries.matching.values import matches_value, require_value
from pytest_traces.errors import TracesError, UnknownCondition
from pytest_traces.model.span import ErrorText, SpanData
from pytest_traces.model.tree import SpanTree
from pytest_traces.model.words.status import STATUSES

Check = Callable[[SpanData, SpanTree], bool]


def is_named(expected: Text, name: str, tree: SpanTree) -> bool:
    """Match a name; a text that is the whole name of a recorded span is no glob."""
    if isinstance(expected, str) and tree.named(expected):
        return expected == name
    return matches_text(expected, name)


def are_spans(expected: Any) -> bool:
    """Return whether the value is a sequence of spans, as a selection is, and not a name."""
    return isinstance(expected, Sequence) and not isinstance(expected, str) and all(map(_is_span, expected))


def _is_span(one: Any) -> bool:
    return isinstance(one, SpanData)


def _text(field: str, expected: Any) -> Check:
    pattern = require_text(expected, field)
    return lambda span, tree: matches_text(pattern, getattr(span, field))


def _text_or_none(field: str, expected: Any) -> Check:
    if expected is None:
        return lambda span, tree: getattr(span, field) is None
    return _text(field, expected)


def _value(field: str, expected: Any) -> Check:
    require_value(expected, field)
    return lambda span, tree: matches_value(expected, getattr(span, field))


def _mapping(field: str, expected: Any) -> Check:
    if expected is None or isinstance(expected, (str, int, float, list, tuple)):
        raise TracesError(f"{field} is a mapping, empty if nothing was recorded; got {expected!r}")
    return _value(field, expected)


def _status(expected: Any) -> Check:
    if isinstance(expected, str) and expected not in STATUSES:
        raise UnknownCondition("status", expected, STATUSES)
    return _text("status", expected)


def _tags(expected: Any) -> Check:
    wanted = [require_text(tag, "tags") for tag in listed(expected) or [""]]
    return lambda span, tree: all(any(matches_text(each, tag) for tag in span.tags) for each in wanted)


def listed(expected: Any) -> list[Any]:
    """Return one pattern or several as a list."""
    one = isinstance(expected, (str, re.Pattern)) or not isinstance(expected, Iterable)
    return [expected] if one else list(expected)


def _error(expected: Any) -> Check:
    """`True` matches any error, `None` or `False` none; a name or a class its type, a regex its text."""
    if expected is None or isinstance(expected, bool):
        return lambda span, tree: span.failed is bool(expected)
    if is_class(expected):
        return _error_class(expected)
    pattern = require_text(expected, "error")
    if isinstance(pattern, str):
        return lambda span, tree: span.error is not None and matches_text(pattern, span.error.type)
    if is_predicate(pattern):
        return lambda span, tree: span.error is not None and judged(pattern, ErrorText(span.error))
    return lambda span, tree: span.error is not None and matches_text(pattern, str(span.error))


def _error_class(expected: type) -> Check:
    """Match a class and its subclasses by name; an error of an unknown class counts as an `Exception`."""
    if not issubclass(expected, BaseException):
        raise TracesError(f"error is a class of exceptions, a name or a regex, got {expected.__name__}")

    def check(span: SpanData, tree: SpanTree) -> bool:
        if span.error is None:
            return False
        known = span.error.type in _names_below(BaseException)
        return span.error.type in _names_below(expected) if known else issubclass(Exception, expected)

    return check


def _names_below(top: type) -> Iterator[str]:
    yield top.__name__
    below: list[type] = type.__subclasses__(top)
    for derived in below:
        yield from _names_below(derived)


def _under(expected: Any) -> Check:
    """Match an ancestor: a span, any of several spans, or a name."""
    if isinstance(expected, SpanData):
        return _under([expected])
    if are_spans(expected):
        return _under_any({span.call_id for span in expected})
    pattern = require_text(expected, "under")
    return lambda span, tree: any(_is_called(pattern, above, tree) for above in tree.ancestors(span))


def _under_any(call_ids: set[str]) -> Check:
    if not call_ids:
        raise TracesError("under must be a span, some spans or a name, got no span")
    return lambda span, tree: any(above.call_id in call_ids for above in tree.ancestors(span))


def _is_called(expected: Text, span: SpanData, tree: SpanTree) -> bool:
    """Match a name, or a type and a name as the tree draws them: `agent planner`."""
    type, _, name = str(expected).partition(" ")
    drawn = f"{span.type} {span.name}"
    is_whole = any(other.type == type for other in tree.named(name))
    return is_named(expected, span.name, tree) or (expected == drawn if is_whole else matches_text(expected, drawn))


CLAUSES: Mapping[str, Callable[[Any], Check]] = {
    "type": partial(_text, "type"),
    "path": partial(_text, "path"),
    "status": _status,
    "model": partial(_text_or_none, "model"),
    "tags": _tags,
    "error": _error,
    "input": partial(_value, "input"),
    "output": partial(_value, "output"),
    "metadata": partial(_mapping, "metadata"),
    "attributes": partial(_mapping, "attributes"),
    "source": partial(_text, "source"),
    "under": _under,
}

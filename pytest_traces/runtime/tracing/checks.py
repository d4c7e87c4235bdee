"""Checks values that a program sets on its spans, at the line that sets them.

A value of clear meaning is converted; any other raises `TracesError`.
"""

from __future__ import annotations

import enum
import operator
import traceback
from collections.abc import Iterable, Mapping
from typing import Any

from pytest_traces.errors import TracesError, UnknownCondition
from pytest_traces.model.words.span_types import known_type
from pytest_traces.model.words.status import STATUSES, Status
from pytest_traces.runtime.recording.fields import Fault, message_of
from pytest_traces.runtime.values.plain import plain

_SAID: Mapping[str, Status] = {
    "completed": "success",
    "failed": "error",
    "warning": "success",
    **{word: word for word in STATUSES if word != "running"},
}
"""The words of `set_status`: those of documents 003 and 004, and our own."""

_MOST = 2**63 - 1  # no program counts further, and what travels between processes can't
_REPR = 80


def text_of(given: Any) -> str:
    """Return a name as text: an enum's value, or the text of any other object."""
    if type(given) is str and given.isascii():
        return given
    said = plain(given)
    return said if isinstance(said, str) else str(said)


def type_of(given: Any) -> str:
    """Return the type of a span; `Tool` is the known type `tool`."""
    if given is None:
        raise TracesError("span_type says what kind of work a span is, as in 'tool' or 'llm', got None")
    return known_type(text_of(given))


def tags_of(given: Iterable[Any] | None) -> tuple[str, ...]:
    """Return tags as texts; a text alone is one tag."""
    if given is None:
        return ()
    if isinstance(given, str | enum.Enum):
        return (text_of(given),)
    try:
        return tuple(map(text_of, given))
    except TypeError:
        raise TracesError(f"tags are several texts, got {_shown(given)}") from None


def metadata_of(given: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return a plain copy of metadata."""
    said = plain(given or {})
    if not isinstance(said, dict):
        raise TracesError(f"metadata is a mapping, as in {{'user': 'u1'}}, got {_shown(given)}")
    return said


def number_of(what: str, given: Any) -> float:
    """Return a duration or a cost, also where it comes as text; raises `TracesError` where it is none."""
    number = _read(given)
    if number is None or not 0 <= number <= _MOST:
        raise TracesError(f"{what} is a number of at least 0, got {_shown(given)}")
    return number


def count_of(what: str, given: Any) -> int:
    """Return a count, also where it comes as text; raises `TracesError` where it is none."""
    if type(given) is int and 0 <= given <= _MOST:
        return given
    number = _read(given)
    if number is None or not 0 <= number <= _MOST or number != int(number):
        raise TracesError(f"{what} is a whole number of at least 0, got {_shown(given)}")
    return int(number)


def amount_of(span: str, key: str, given: Any) -> int | float:
    """Return an amount for a counter: a whole number, unless it is a cost."""
    model, _, unit = key.rpartition(":")
    what = f"counter {key!r} of span {span!r}"
    return number_of(what, given) if model and unit == "cost_usd" else count_of(what, given)


def status_of(given: Any) -> Status:
    """Return our status for a program's word; an unknown word is refused, because it must not pass for a success."""
    word = text_of(given)
    status = _SAID.get(word.lower())
    if status is None:
        raise UnknownCondition("status", word if given is not None else None, _SAID)
    return status


def fault_of(given: Any, handled: BaseException | None = None) -> Fault:
    """Return the fault of an exception, with type and traceback, or of a message."""
    if isinstance(given, BaseException):
        return Fault(type(given).__name__, message_of(given), plain("".join(traceback.format_exception(given))))
    return Fault("Failed" if handled is None else type(handled).__name__, "" if given is None else text_of(given))


def _read(given: Any) -> int | float | None:
    """Read a number; text and the numbers of other libraries are numbers too."""
    try:
        return operator.index(given)
    except TypeError:
        pass
    try:
        return float(given)
    except (TypeError, ValueError, OverflowError):
        return None


def _shown(given: Any) -> str:
    try:
        shown = repr(given)
    except Exception:
        return f"<{type(given).__name__}>"
    return shown if len(shown) <= _REPR else f"{shown[:_REPR]}…"

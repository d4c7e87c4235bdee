"""Looks things up among an exporter's attributes, by the table of names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pytest_traces.formats.checking import MAX_COUNT
from pytest_traces.formats.document import decode
from pytest_traces.formats.exported import Exported
from pytest_traces.formats.vocabulary import Key

_JSON_STARTS = ("[", "{", '"')


def first(attributes: Mapping[str, Any], keys: Iterable[Key]) -> Any:
    """Return the first attribute there is, decoded."""
    for key in keys:
        value = decoded(attributes.get(key if isinstance(key, str) else key[0]))
        if not isinstance(key, str):
            value = value.get(key[1]) if isinstance(value, dict) else None
        if value is not None and value != "":
            return value
    return None


def content(span: Exported, keys: Iterable[Key]) -> Any:
    """Return what went in or came out: like `first`, and from numbered attributes and events."""
    for key in keys:
        if not isinstance(key, str):
            value = first(span.attributes, [key])
        elif key.startswith("event:"):
            value = _messages(span, key.removeprefix("event:")) or None
        elif "*" in key:
            value = _numbered(span.attributes, key) or None
        else:
            value = decoded(span.attributes.get(key))
        if value is not None:
            return value
    return None


def decoded(value: Any) -> Any:
    """Decode a value that its exporter wrote as JSON in a string."""
    if not isinstance(value, str) or not value.startswith(_JSON_STARTS):
        return value
    try:
        return decode(value)
    except (ValueError, RecursionError):
        return value


def count(attributes: Mapping[str, Any], keys: Iterable[Key]) -> int | None:
    """Return a count; what is no whole number from 0 on was not reported."""
    number = amount(attributes, keys)
    return int(number) if number is not None and number.is_integer() and number < MAX_COUNT else None


def amount(attributes: Mapping[str, Any], keys: Iterable[Key]) -> float | None:
    """Return a finite number that is not negative."""
    value = first(attributes, keys)
    if isinstance(value, bool):
        return None
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return number if 0 <= number < float("inf") else None


def _numbered(attributes: Mapping[str, Any], pattern: str) -> list[Any]:
    """Gather `llm.input_messages.0.message.role` and its like into a list of nested values."""
    prefix, _, level = pattern.partition("*")
    rows: dict[int, Any] = {}
    for key, value in attributes.items():
        if key.startswith(prefix):
            number, *names = key.removeprefix(prefix).split(".")
            if number.isdecimal() and names and f".{names[0]}" == level:
                names = names[1:]
            if number.isdecimal():
                rows[int(number)] = _put(rows.get(int(number)), names, decoded(value))
    return [_lists(rows[number]) for number in sorted(rows)]


def _put(into: Any, names: list[str], value: Any) -> Any:
    if not names:
        return value
    into = into if isinstance(into, dict) else {}
    into[names[0]] = _put(into.get(names[0]), names[1:], value)
    return into


def _lists(value: Any) -> Any:
    """Turn mappings of numbers back into lists, and drop the singular level below: `tool_calls.0.tool_call.id`."""
    if not isinstance(value, dict):
        return value
    if value and all(name.isdecimal() for name in value):
        items = [_lists(value[name]) for name in sorted(value, key=int)]
        return [next(iter(item.values())) if _is_wrapped(item) else item for item in items]
    return {name: _lists(item) for name, item in value.items()}


def _is_wrapped(item: Any) -> bool:
    return isinstance(item, dict) and len(item) == 1 and isinstance(next(iter(item.values())), dict)


def _messages(span: Exported, name: str) -> list[Any]:
    """Read messages that were noted as events: `gen_ai.choice`, or those of any role as `gen_ai.user.message`."""
    messages: list[Any] = []
    for event in span.events:
        said = {key: decoded(value) for key, value in event.attributes.items()}
        if event.name == name:
            messages.append(said)
        elif name == "gen_ai.message" and event.name.startswith("gen_ai.") and event.name.endswith(".message"):
            messages.append({"role": event.name.split(".")[1], **said})
    return messages

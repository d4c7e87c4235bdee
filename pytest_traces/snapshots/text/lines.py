"""One committed line of a span or an event: split into fields, and joined from fields."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

from pytest_traces.drawing.marks import ACTED, split_acted
from pytest_traces.model.words.signs import FAILURE
from pytest_traces.model.words.status import STATUSES

_WORD = r'"(?:[^"\\]|\\.)*"|\S+'
_STATUS_WORDS = "|".join(STATUSES)
_HEAD = re.compile(rf"(?P<type>{_WORD}) (?P<name>{_WORD})(?= |$)")
_EVENT = re.compile(rf"(?P<event>{_WORD})(?: (?P<payload>.*))?")
_VALUE = re.compile(rf" (?! |→ |{FAILURE} |\[(?:{_STATUS_WORDS})\](?:   |$))")
_STATUS = re.compile(rf" \[({_STATUS_WORDS})\]$")
_ATTEMPT = re.compile(r"   attempt (\d+)$")
_EXTRAS = ("model", "tags", "metadata", "attributes", "usage")
_EXTRA = re.compile(rf"   ({'|'.join(_EXTRAS)})=")
_CUT = re.compile(r"⟨.*?… [\d,]+ chars [0-9a-f]{8}⟩")  # as the first format cut a value
_DECODER = json.JSONDecoder()

Fields = dict[str, str]
"""The fields of a line, each as it is drawn."""

Parts = dict[str, str]
"""The parts of a line in the order in which they are drawn, with the signs between them: joined, they are the line."""

Reader = Callable[[str], Fields]
"""Splits a line into its fields."""

BELOW = "…"
"""Stands for a name that is too long for its line."""

HEAD = "head"
"""The first part of a line: its type and its name."""
_HEAD_FIELDS = ("line", "event", "type", "name")
_AROUND = {
    "input": (" ", ""),
    "output": (" → ", ""),
    "error": (f" {FAILURE} ", ""),
    "payload": (" ", ""),
    "status": (" [", "]"),
    **{field: (f"   {field}=", "") for field in _EXTRAS},
    "acted": (f"   {ACTED} ", ""),
    "attempt": ("   attempt ", ""),
}
"""What stands before and after each other field, in the order in which they are drawn."""


def attempt_of(line: str) -> tuple[str, int | None]:
    """Split off the attempt at the end of a line."""
    if "   attempt " not in line:
        return line, None
    found = _ATTEMPT.search(line)
    return (line, None) if found is None else (line[: found.start()], int(found[1]))


def span_fields(line: str) -> Fields:
    """Split a span's line into its fields.

    >>> span_fields('tool search {"q": 1} → [2]   model="x"')
    {'type': 'tool', 'name': 'search', 'input': '{"q": 1}', 'output': '[2]', 'model': '"x"'}
    """
    head = _HEAD.match(line)
    if head is None:
        return {"line": line}
    fields = {"type": head["type"], "name": head["name"]}
    rest, verb = split_acted(line[head.end() :])
    if _VALUE.match(rest):
        fields["input"], rest = _take_value(rest[1:])
    if rest.startswith(" → "):
        fields["output"], rest = _take_value(rest[3:])
    if rest:
        extra = _EXTRA.search(rest)
        fields |= _outcome(rest if extra is None else rest[: extra.start()])
        while extra is not None:
            fields[extra[1]], rest = _take_value(rest[extra.end() :])
            extra = _EXTRA.match(rest)
    return fields if verb is None else {**fields, "acted": verb}


def event_fields(line: str) -> Fields:
    """Split an event's line into its fields.

    >>> event_fields('start tool search')
    {'event': 'start', 'type': 'tool', 'name': 'search'}
    >>> event_fields('chunk "Hello"')
    {'event': 'chunk', 'payload': '"Hello"'}
    """
    if line.startswith("start "):
        return {"event": "start"} | span_fields(line[6:])
    if line.startswith("output"):
        return {"event": "output"} | _outcome(line[6:])
    found = _EVENT.fullmatch(line)
    if found is None:
        return {"line": line}
    return {field: said for field, said in found.groupdict().items() if said is not None}


def join_fields(fields: Fields) -> str:
    """Return the line of these fields.

    >>> join_fields({'type': 'tool', 'name': 'search', 'input': '{"q": 1}', 'output': '[2]', 'model': '"x"'})
    'tool search {"q": 1} → [2]   model="x"'
    """
    return "".join(line_parts(fields).values())


def line_parts(fields: Fields) -> Parts:
    """Return the parts of the line of these fields.

    >>> line_parts({'type': 'tool', 'name': 'search', 'output': '[2]', 'status': 'cancelled'})
    {'head': 'tool search', 'output': ' → [2]', 'status': ' [cancelled]'}
    """
    parts = {HEAD: " ".join([fields[field] for field in _HEAD_FIELDS if field in fields])}
    parts.update((field, part_of(field, fields[field])) for field in _AROUND if field in fields)
    return parts


def part_of(field: str, said: str) -> str:
    """Return a field as a part of its line: with the signs that tell it from the others."""
    before, after = _AROUND[field]
    return f"{before}{said}{after}"


def said_in(field: str, part: str) -> str:
    """Return the field of a part, without its signs."""
    before, after = _AROUND[field]
    return part[len(before) : len(part) - len(after)]


def plain_name(drawn: str) -> str:
    """Return a name without the quotes in which it may be drawn."""
    return str(json.loads(drawn)) if drawn.startswith('"') else drawn


def _outcome(text: str) -> Fields:
    fields: Fields = {}
    status = _STATUS.search(text)
    if status is not None:
        fields["status"], text = status[1], text[: status.start()]
    if text.startswith(f" {FAILURE} "):
        fields["error"] = text[3:]
    return fields


def _take_value(text: str) -> tuple[str, str]:
    """Split off the JSON value, or the cut one, at the head of a text."""
    cut = _CUT.match(text)
    if cut is not None:
        return cut[0], text[cut.end() :]
    try:
        _, end = _DECODER.raw_decode(text)
    except ValueError:
        return text, ""
    return text[:end], text[end:]

"""Draws a value below the line of its span, a path on each line, and reads it back."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

from pytest_traces.drawing.text import error_word
from pytest_traces.drawing.values.blocks import TEXT, WRITTEN, block, read_block
from pytest_traces.drawing.values.json_values import Number, cut, read_json, write_json

_ROOM = 20  # least number of columns for a value beside its path
_STEP = "  "  # before the lines of a block
_PART = r'"(?:[^"\\]|\\.)*"|[^\s".:]+'
_LINE = re.compile(rf"((?:{_PART})(?:\.(?:{_PART}))*):(?: (.*))?")
_PARTS = re.compile(_PART)
_PLAIN_KEY = re.compile(r"[^\W\d][\w-]*")

_UNNAMED = "line"  # the field of lines without a path, which were written by hand
Lines = Iterator[str]


def value_lines(path: str, value: Any, width: int, limit: int) -> Lines:
    """Yield a value with its path on as few lines as it fits on: the whole value, else each of its parts.

    >>> list(value_lines("input", {"a": "x", "b": {"c": ["y", "z"], "d": 1}}, 30, 99))
    ['input.a: "x"', 'input.b.c: ["y", "z"]', 'input.b.d: 1']
    """
    written = write_json(value)
    if len(path) + 2 + len(written) <= width:
        yield f"{path}: {written}"
    elif isinstance(value, str) and not isinstance(value, Number):
        yield from text_lines(path, value, TEXT, width)
    elif (parts := _parts(path, value)) and max(map(len, parts)) <= width - _ROOM:
        for part, item in parts.items():
            yield from value_lines(part, item, width, limit)
    else:
        yield from text_lines(path, cut(written, limit), WRITTEN, width)


def text_lines(path: str, text: str, sign: str, width: int) -> Lines:
    """Yield a text, or literal lines, as a block below its path."""
    yield f"{path}:"
    for line in block(text, sign, width - len(_STEP)):
        yield _STEP + line


def read_values(lines: Sequence[str]) -> dict[str, str]:
    """Return each field of these lines in its one-line form."""
    fields = _Parts()
    for path, said in _entries(lines):
        *way, last = (_key(part) for part in _PARTS.findall(path))
        parts = fields
        for key in way:
            parts = parts.setdefault(key, _Parts())
            if not isinstance(parts, _Parts):  # after an edit by hand: a value that also has parts
                break
        else:
            parts[last] = _json_value(said) if way and isinstance(said, _Written) else said
    return {str(field): _written(str(field), said) for field, said in fields.items()}


class _Parts(dict[str | int, Any]):
    """The parts of a value so far, by key or by index."""

    def value(self) -> Any:
        items = {key: item.value() if isinstance(item, _Parts) else item for key, item in self.items()}
        if all(isinstance(key, int) for key in items):
            return list(items.values())
        return {str(key): item for key, item in items.items()}


class _Written(str):
    """A literal: JSON, or a cut value."""


def _entries(lines: Sequence[str]) -> Iterator[tuple[str, Any]]:
    path, held = _UNNAMED, list[str]()
    for line in [*lines, "end:"]:
        found = _LINE.fullmatch(line)
        if found is None:
            held.append(line.removeprefix(_STEP))
            continue
        if held:
            yield path, _block_value(held)
            held = []
        path = found[1]
        if found[2] is not None:
            yield path, _Written(found[2])


def _block_value(lines: Sequence[str]) -> Any:
    text = read_block(lines)
    return text if lines[0].startswith(TEXT) else _Written(text)


def _json_value(text: str) -> Any:
    try:
        return read_json(text)
    except ValueError:
        return _Written(text)


def _written(field: str, said: Any) -> str:
    if isinstance(said, _Written):
        return str(said)
    if field == "error":
        return error_word(str(said))
    return write_json(said.value() if isinstance(said, _Parts) else said)


def _parts(path: str, value: Any) -> dict[str, Any]:
    """Return the parts of a value by their paths; a list of numbers has none: it stays whole."""
    if isinstance(value, dict):
        return {f"{path}.{_part(key)}": item for key, item in value.items()}
    is_row = not isinstance(value, list) or not any(isinstance(one, (dict, list)) or type(one) is str for one in value)
    return {} if is_row else {f"{path}.{number}": item for number, item in enumerate(value)}


def _part(key: str) -> str:
    return key if _PLAIN_KEY.fullmatch(key) else json.dumps(key, ensure_ascii=False)


def _key(part: str) -> str | int:
    if part.startswith('"'):
        return str(json.loads(part, strict=False))
    return int(part) if part.isdecimal() else part

"""Reads a file as JSON documents, each with the number of its first line."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from pytest_traces.conventions.lookup import decode, half_character
from pytest_traces.wording import nearest

_CUT_LINE = "its writer was interrupted; without that line the rest of the file can be read"

_HALF = "write the character itself, or both of its \\u escapes"


class Malformed(ValueError):
    """A mistake in a file; `load_tree` adds the name of the file and raises `CorruptFile`."""

    def __init__(self, what: str, *, line: int | None = None, hint: str = "export the trace again") -> None:
        super().__init__(what)
        self.line = line
        self.hint = hint


def too_deep(line: int | None = None) -> Malformed:
    """Return the error for a value that is nested too deeply for Python to read."""
    hint = "leave the deepest values out of the file"
    return Malformed("a value is nested too deeply to be read", line=line, hint=hint)


class Document(NamedTuple):
    """One JSON value of a file."""

    line: int
    """The number of its first line, from 1."""
    body: Any


def read_documents(path: Path) -> Sequence[Document]:
    """Return the JSON values of a file: a single one, or one on each line; raises `OSError` if it can't be read."""
    __tracebackhide__ = True
    if path.is_dir():
        raise Malformed("it is a directory, expected a file", hint="load the files in it one by one")
    try:
        text = path.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        hint = "a trace file is JSON text: unpack a compressed one first, export protobuf as OTLP/JSON"
        raise Malformed(f"byte {error.start} is not UTF-8", hint=hint) from None
    if not text.strip():
        raise Malformed("the file is empty", line=1, hint="record the trace again")
    lines = text.split("\n")  # not `splitlines`: JSON strings may contain other line ends, as U+2028
    written = [(number, line) for number, line in enumerate(lines, 1) if line.strip()]
    if len(written) > 1 and _is_json(written[0][1]):
        return [Document(number, _parse(line, number, cut=_CUT_LINE)) for number, line in written]
    return [Document(written[0][0], _parse(text, 1, cut="record or export the trace again"))]


def list_of(holder: Mapping[str, Any], key: str) -> list[Any]:
    """Return the list under a key of a JSON object; an empty one if the key is missing."""
    found = holder.get(key)
    if found is None:
        return []
    if not isinstance(found, list):
        raise Malformed(f"{key} is {found!r:.80}, expected a list")
    return found


def refuse_unknown(given: Iterable[str], known: Iterable[str], what: str, line: int | None = None) -> None:
    """Refuse unknown keys: a misspelt one would be ignored, and its value lost."""
    names = sorted(known)
    unknown = sorted(set(given).difference(names))
    if unknown:
        where = f"unknown key {unknown[0]!r} of {what}{nearest(unknown[0], names)}"
        raise Malformed(where, line=line, hint=f"known are {', '.join(names)}")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise Malformed(f"the key {twice!r} appears twice in one object", hint="keep the one that is meant")
    return fields


def _is_json(line: str) -> bool:
    try:
        json.loads(line)
    except (ValueError, RecursionError):
        return False
    return True


def _parse(text: str, line: int, *, cut: str) -> Any:
    try:
        value = decode(text, object_pairs_hook=_object)
    except Malformed as error:
        error.line = line
        raise
    except json.JSONDecodeError as error:
        at = line + error.lineno - 1
        if error.pos >= len(text.rstrip()) or error.msg.startswith("Unterminated string"):
            raise Malformed("it ends in the middle of a value", line=at, hint=cut) from None
        if error.msg == "Extra data":
            hint = "a file holds one value, or one on each line"
            raise Malformed(f"another value begins at column {error.colno}", line=at, hint=hint) from None
        raise Malformed(f"not JSON at column {error.colno}: {error.msg}", line=at) from None
    except RecursionError:
        raise too_deep(line) from None
    except ValueError:  # the digits of an integer are limited
        raise Malformed("a number is too long to be read", line=line) from None
    half = half_character(value, text)
    if half is not None:
        raise Malformed(f"the text {half!r:.80} holds half a character", line=line, hint=_HALF)
    return value

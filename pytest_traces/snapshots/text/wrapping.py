"""Lays a drawn text out for reviewers: a value that does not fit beside its span is written below it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache

from pytest_traces.drawing.marks import GUIDES, split_marks
from pytest_traces.drawing.text import error_word
from pytest_traces.drawing.values.blocks import TEXT, WRITTEN
from pytest_traces.drawing.values.json_values import cut, cut_texts, is_large, is_written, read_json, write_json
from pytest_traces.drawing.values.paths import text_lines, value_lines
from pytest_traces.snapshots.text.lines import (
    BELOW,
    HEAD,
    Fields,
    Parts,
    Reader,
    attempt_of,
    join_fields,
    line_parts,
    said_in,
)

WIDTH = 100
"""Columns of a line."""
TEXT_LIMIT = 2_000
"""Characters up to which a text is kept whole, unless the ini file says otherwise."""
INDENT = 4
"""Indentation of a value below its span."""

BRANCHES = f"{GUIDES} "
"""What leads to a line; no line begins with one of these."""
_LEAST = 50  # columns of a value, at any depth of its span
_NOTHING: Mapping[str, Parts] = {}
_BESIDE = (HEAD, "status", "acted")  # parts that stay on the line of their span


def wrap(text: str, read: Reader, known: Mapping[str, Parts] = _NOTHING, limit: int = TEXT_LIMIT) -> str:
    """Return a text of one line a span as it is committed.

    `known` has the parts of lines, without marks and attempt, whose values were written as JSON; `read` splits others.
    """
    if len(text) <= WIDTH:
        return text
    lines = text.split("\n")
    if max(map(len, lines)) <= WIDTH:
        return text
    rows: list[str] = []
    for at, line in enumerate(lines):
        if len(line) <= WIDTH:
            rows.append(line)
        else:
            column = len(line) - len(line.lstrip(BRANCHES))
            following = lines[at + 1] if at + 1 < len(lines) else ""
            trunk = _trunk(line[:column], following[column : column + 1])
            rows.extend(_wrapped(line, trunk, known, read=read, limit=limit))
    return "\n".join(rows)


@lru_cache(maxsize=1_000)  # few prefixes serve a whole tree
def _trunk(branches: str, below: str) -> str:
    """Return the prefix of values below a line: that of the line, and the branch below its start."""
    above = branches.replace("├─ ", "│  ").replace("└─ ", "   ")
    return above + ("│" if below in ("├", "└") else " ").ljust(INDENT)


def _wrapped(line: str, trunk: str, known: Mapping[str, Parts], *, read: Reader, limit: int) -> Iterator[str]:
    _, rest = split_marks(line[len(trunk) - INDENT :])
    bare, attempt = attempt_of(rest)
    before = line[: len(line) - len(rest)]
    after = f"   attempt {attempt}" if attempt else ""
    room = WIDTH - len(before) - len(after)
    parts = known.get(bare)
    beside, below = _parted(line_parts(read(bare)) if parts is None else parts, room, read)
    yield f"{before}{beside}{after}"
    width = max(WIDTH - len(trunk), _LEAST)
    for field, said in below.items():
        if _fits(field, said, width, limit) and (parts is not None or is_written(said)):
            yield f"{trunk}{field}: {said}"
        else:
            for row in _lines(field, said, width, limit):
                yield (trunk + row).rstrip()


def _parted(parts: Parts, room: int, read: Reader) -> tuple[str, Fields]:
    """Return the line with the parts that fit, and the other fields, from the first that does not fit."""
    below: Fields = {}
    room -= sum([len(parts[field]) for field in _BESIDE if field in parts])
    if room < 0 and "name" in (head := read(parts[HEAD])):
        parts = {**parts, HEAD: join_fields({**head, "name": BELOW})}
        below["name"] = head["name"]
    beside: list[str] = []
    for field, part in parts.items():
        if field in _BESIDE:
            beside.append(part)
            continue
        room -= len(part)
        if room >= 0:
            beside.append(part)
        else:
            below[field] = said_in(field, part)
    return "".join(beside), below


def _fits(field: str, said: str, width: int, limit: int) -> bool:
    """Return whether a value fits one line; a name, an error and a lone `null` are written as blocks."""
    return (
        len(field) + 2 + len(said) <= width and len(said) <= limit and field not in ("name", "error") and said != "null"
    )


def _lines(field: str, said: str, width: int, limit: int) -> Iterator[str]:
    if field == "error":
        yield from _error_lines(said, width, limit)
        return
    try:
        value = cut_texts(read_json(said), limit)
    except ValueError:
        value = None
    if value is None or field == "name" or is_large(write_json(value), limit):
        yield from text_lines(field, cut(said, limit), WRITTEN, width)
    else:
        yield from value_lines(field, value, width, limit)


def _error_lines(said: str, width: int, limit: int) -> Iterator[str]:
    try:
        text = str(read_json(said)) if said.startswith('"') else said
    except ValueError:
        text = said
    if error_word(text) == said:
        yield from text_lines("error", cut(text, limit), TEXT, width)
    else:
        yield from text_lines("error", cut(said, limit), WRITTEN, width)

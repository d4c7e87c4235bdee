"""Lays a drawn text out for reviewers: a value that does not fit beside its span is written below it."""

from __future__ import annotations

from collections.abc import Iterator

from pytest_traces.drawing.marks import GUIDES, split_marks
from pytest_traces.drawing.text import error_word
from pytest_traces.drawing.values.blocks import TEXT, WRITTEN
from pytest_traces.drawing.values.json_values import cut, cut_texts, is_large, is_written, read_json, write_json
from pytest_traces.drawing.values.paths import text_lines, value_lines
from pytest_traces.snapshots.text.lines import BELOW, Fields, Reader, attempt_of, join_fields

WIDTH = 100
"""Columns of a line."""
TEXT_LIMIT = 2_000
"""Characters up to which a text is kept whole, unless the ini file says otherwise."""
INDENT = 4
"""Indentation of a value below its span."""

BRANCHES = f"{GUIDES} "
"""What leads to a line; no line begins with one of these."""
_LEAST = 50  # columns of a value, at any depth of its span
_HEAD = ("event", "type", "name", "status", "acted")


def wrap(text: str, read: Reader, limit: int = TEXT_LIMIT) -> str:
    """Return a text of one line a span, with `read` for these lines, as it is committed."""
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
            rows.extend(_wrapped(line, _trunk(line, lines[at + 1] if at + 1 < len(lines) else ""), read, limit))
    return "\n".join(rows)


def _trunk(line: str, following: str) -> str:
    """Return the prefix of the values below a line: branches of its later siblings and of its children."""
    bare = line.lstrip(BRANCHES)
    column = len(line) - len(bare)
    above = line[:column].replace("├─ ", "│  ").replace("└─ ", "   ")
    goes_on = following[column : column + 1] in ("├", "└")
    return above + ("│" if goes_on else " ").ljust(INDENT)


def _wrapped(line: str, trunk: str, read: Reader, limit: int) -> Iterator[str]:
    column = len(trunk) - INDENT
    _, rest = split_marks(line[column:])
    bare, attempt = attempt_of(rest)
    before = line[: len(line) - len(rest)]
    after = f"   attempt {attempt}" if attempt else ""
    beside, below = _parted(read(bare), WIDTH - len(before) - len(after))
    yield f"{before}{beside}{after}"
    for field, value in below.items():
        for row in _lines(field, value, max(WIDTH - len(trunk), _LEAST), limit):
            yield (trunk + row).rstrip()


def _parted(fields: Fields, room: int) -> tuple[str, Fields]:
    """Return the line with the fields that fit, and the other fields, from the first that does not fit."""
    beside: Fields = {}
    below: Fields = {}
    for field, said in fields.items():
        (beside if field in _HEAD else below)[field] = said
    joined = join_fields(beside)
    if "name" in beside and len(joined) > room:
        return join_fields({**beside, "name": BELOW}), {"name": beside["name"], **below}
    for field, said in list(below.items()):
        if len(joined) + len(said) > room:  # mostly the sum of lengths decides
            break
        beside[field] = said
        longer = join_fields(beside)
        if len(longer) > room:
            break
        joined = longer
        del below[field]
    return joined, below


def _lines(field: str, said: str, width: int, limit: int) -> Iterator[str]:
    if field == "error":
        yield from _error_lines(said, width, limit)
        return
    if _is_short(field, said, width, limit):
        yield f"{field}: {said}"
        return
    try:
        value = cut_texts(read_json(said), limit)
    except ValueError:
        value = None
    if value is None or field == "name" or is_large(write_json(value), limit):
        yield from text_lines(field, cut(said, limit), WRITTEN, width)
    else:
        yield from value_lines(field, value, width, limit)


def _is_short(field: str, said: str, width: int, limit: int) -> bool:
    """Return whether a value fits one line unchanged; a lone `null` is written as a block."""
    fits = len(field) + 2 + len(said) <= width and len(said) <= limit
    return fits and field != "name" and said != "null" and is_written(said)


def _error_lines(said: str, width: int, limit: int) -> Iterator[str]:
    try:
        text = str(read_json(said)) if said.startswith('"') else said
    except ValueError:
        text = said
    if error_word(text) == said:
        yield from text_lines("error", cut(text, limit), TEXT, width)
    else:
        yield from text_lines("error", cut(said, limit), WRITTEN, width)

"""Tables that fit the width of the terminal: the least important columns are dropped, long ids lose their beginning."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

_GAP = "  "
_INDENT = "  "
_NARROW = 16  # least number of characters of a text before a column is dropped
_NAME = 24  # the same for the first column


@dataclass(frozen=True)
class Column:
    """One column of a table: by default of figures, which are aligned right and never cut."""

    head: str
    weight: int = 0
    """If the terminal is narrow, columns of the smallest weight are dropped first; the first column stays."""
    is_id: bool = False
    """Its cells are aligned left and lose their beginning, as in `…t_a.py::test_x[3]`."""
    is_text: bool = False
    """Its cells are aligned left and lose their end."""


def draw_table(columns: Sequence[Column], rows: Iterable[Sequence[str]], width: int) -> Iterator[str]:
    """Yield the lines of a table, its heads first if it has any; a column of empty cells is left out."""
    cells = [(f"{_INDENT}{row[0]}", *row[1:]) for row in rows]
    heads = tuple(column.head for column in columns)
    table = [heads, *cells] if any(heads) else cells
    kept = [at for at in range(len(columns)) if at == 0 or any(row[at] for row in cells)]
    widths = _fitted(columns, table, kept, width)
    for row in table:
        cut = _head if row is heads else _cell
        yield _GAP.join(cut(columns[at], row[at], room) for at, room in widths.items()).rstrip()


def shortened(text: str, width: int) -> str:
    """Cut the beginning of a text: it is the least important part of a node id."""
    if len(text) <= width:
        return text
    indent = text[: len(text) - len(text.lstrip())]
    return f"{indent}…{text[len(text) - width + 1 + len(indent) :]}"


def _head(column: Column, text: str, width: int) -> str:
    is_left = column.is_id or column.is_text
    return _begun(text, width).ljust(width) if is_left else text.rjust(width)


def _begun(text: str, width: int) -> str:
    return text if len(text) <= width else f"{text[: width - 1]}…"


def _cell(column: Column, text: str, width: int) -> str:
    if column.is_id:
        return shortened(text, width).ljust(width)
    if column.is_text:
        return _begun(text, width).ljust(width)
    return text.rjust(width)


def _fitted(columns: Sequence[Column], table: Sequence[Sequence[str]], kept: list[int], width: int) -> dict[int, int]:
    """Return the width of each column that stays."""
    natural = {at: max(len(row[at]) for row in table) for at in kept}
    while True:
        excess = sum(natural[at] for at in kept) + len(_GAP) * (len(kept) - 1) - width
        texts = [at for at in kept if columns[at].is_id or columns[at].is_text]
        least = {at: _NARROW if at else _NAME for at in texts}
        spare = sum(max(natural[at] - least[at], 0) for at in texts)
        if excess <= spare or len(kept) == 1:
            return _shrunk({at: natural[at] for at in kept}, least, excess)
        kept.remove(min(kept[1:], key=lambda at: (columns[at].weight, -at)))


def _shrunk(widths: dict[int, int], least: Mapping[int, int], excess: int) -> dict[int, int]:
    """Take the excess from the widest text."""
    for _ in range(excess if least else 0):
        longest = max(least, key=lambda at: widths[at] - least[at])
        widths[longest] = max(widths[longest] - 1, 1)
    return widths

"""Writes a text as a block of short lines for a reviewer, and reads the same text back.

Each line of the block is `| ` and a line of the text. A line that is too long ends in a backslash and continues on the
next one: after a sentence, else between words, so that a changed word changes few lines. A backslash of the text is
written twice, and a line never ends in a space: an editor that trims lines changes no block.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence

TEXT = "|"
"""Begins the lines of a text."""
WRITTEN = ">"
"""Begins the lines of a value that is no text."""

_CUT_MARK = re.compile(r"(…⟨[\d,]+ chars [0-9a-f]{8}⟩…)")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_WORD = re.compile(r"\s*\S+\s*|\s+")
_SENTENCE = re.compile(r"[.!?…⟩][\"')\]]*\s*$")
_UNIT = re.compile(r"\\u[0-9a-f]{4}|\\.|[^\\]")
_SHORT = 40  # characters up to which a sentence shares its line with the next one
_LEAST = 30  # least number of characters of a line, however little room there is


def block(text: str, sign: str, width: int) -> Iterator[str]:
    """Yield the lines of a text, each `width` characters long at most."""
    room = max(width - len(sign) - 2, _LEAST)
    for line in text.split("\n"):
        *pieces, last = list(_pieces(_escaped(line), room)) or [""]
        for piece in pieces:
            yield f"{sign} {piece}\\"
        end = f"{last[:-1]}\\u0020" if last.endswith(" ") else last
        yield f"{sign} {end}" if end else sign


def read_block(lines: Iterable[str]) -> str:
    """Return the text of a block; a line that was edited by hand is taken literally."""
    pieces: list[str] = []
    for line in lines:
        piece = line[2:]
        goes_on = (len(piece) - len(piece.rstrip("\\"))) % 2
        pieces.append(piece[:-1] if goes_on else f"{piece}\n")
    text = "".join(pieces).removesuffix("\n")
    try:
        return str(json.loads('"' + text.replace('"', '\\"') + '"', strict=False))
    except ValueError:
        return text


def _escaped(line: str) -> str:
    return _CONTROL.sub(lambda found: f"\\u{ord(found[0]):04x}", line.replace("\\", "\\\\").replace("\t", "\\t"))


def _pieces(line: str, room: int) -> Iterator[str]:
    """Break a line after sentences and between words; the mark of a cut has a line of its own."""
    piece, sentence = "", 0
    for word in _words(line):
        ends = sentence > _SHORT and _SENTENCE.search(piece) is not None
        if piece and (ends or _CUT_MARK.fullmatch(word) or len(piece) + len(word) > room):
            sentence *= not ends
            yield piece
            piece = ""
        sentence += len(word)
        *whole, piece = [piece + word] if len(piece) + len(word) <= room else _slices(word, room)
        yield from whole
    if piece:
        yield piece


def _words(line: str) -> Iterator[str]:
    for at, part in enumerate(_CUT_MARK.split(line)):
        yield from [part] if at % 2 else _WORD.findall(part)


def _slices(word: str, room: int) -> Sequence[str]:
    """Break a word that is longer than a line, never within an escape."""
    slices = [""]
    for unit in _UNIT.findall(word):
        if len(slices[-1]) + len(unit) > room:
            slices.append("")
        slices[-1] += unit
    return slices

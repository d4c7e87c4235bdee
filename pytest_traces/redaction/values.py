"""Finds where a value ends: a quoted text at any depth of escaping, a list or a mapping, a bare word.

Texts hold JSON inside JSON and reprs inside JSON, so a quote counts with the backslashes before it. A value that was
cut ends with its line, or with the text around it. Each function reads forward once.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from pytest_traces.redaction.keys import MASK

Judge = Callable[[str], bool]
"""Returns whether a text is a secret."""

_OPENING = re.compile(r"""(?P<kind>[bru]{0,2})(?P<escape>\\*)(?P<mark>["'])""")
_STOPS = re.compile(r"""(?P<escape>\\*)(?P<mark>["'])|\n""")
_AFTER_A_TEXT = re.compile(r"\s?(?:[,:\]}]|$)", re.M)
_IN_CONTAINER = re.compile(r"""(?:\bb)?\\*["']|[\[\]{}()]|\n(?=\S)|[^\s\[\]{}(),:="'\\]+""")
_AFTER_A_KEY = re.compile(r"""\s*[:=](?!=)""")
_SCHEMA = re.compile(
    r"""\{\s*\\*["'](?:type|description|title|anyOf|minLength|maxLength|format|\$ref)\\*["']\s*:"""
    r"""(?![^{}]*["'](?:value|default|const|example|examples|enum)\\*["']\s*:)"""
)
_PLAIN_WORDS = frozenset(("true", "false", "null", "None", "True", "False", "..."))


class Quoted(NamedTuple):
    """The positions at which a quoted text begins and ends."""

    content: int
    """After its opening quote."""
    until: int
    """Before its closing quote."""
    end: int
    """After its closing quote; equal to `until` for a text that was cut."""
    quote: str
    """The quote with the backslashes before it."""
    kind: str
    """The prefix of a bytes literal."""


def read_quoted(text: str, start: int) -> Quoted | None:
    """Return the quoted text that begins at a position; `None` if none does."""
    opening = _OPENING.match(text, start)
    if opening is None:
        return None
    depth, mark = len(opening["escape"]), opening["mark"]
    quote = opening["escape"] + mark
    for found in _STOPS.finditer(text, opening.end()):
        if found["mark"] is None:
            return Quoted(opening.end(), found.start(), found.start(), quote, opening["kind"])
        escape = len(found["escape"])
        if found["mark"] == mark:
            if escape % (2 * (depth + 1)) == depth:
                until = found.end() - len(quote)
                return Quoted(opening.end(), until, found.end(), quote, opening["kind"])
            if escape < depth:
                return Quoted(opening.end(), found.start(), found.start(), quote, opening["kind"])
        elif mark == "'" and escape <= depth and _AFTER_A_TEXT.match(text, found.end()):
            return Quoted(opening.end(), found.start(), found.start(), quote, opening["kind"])
    return Quoted(opening.end(), len(text), len(text), quote, opening["kind"])


def mask_quoted(text: str, quoted: Quoted) -> str:
    """Return the mask in the quotes of a text; a cut text gets a closing quote."""
    return f"{quoted.kind}{quoted.quote}{MASK}{quoted.quote}"


def ends_the_text(text: str, start: int) -> bool:
    """Return whether a quote at a position ends the text around an unquoted key."""
    opening = _OPENING.match(text, start)
    return opening is not None and _AFTER_A_TEXT.match(text, opening.end()) is not None


def is_container(text: str, start: int) -> bool:
    """Return whether a list, a mapping or a tuple begins at a position."""
    return text[start : start + 1] in ("[", "{", "(")


def mask_container(text: str, start: int, depth: int, judge: Judge) -> tuple[str, int]:
    """Return a list or a mapping with its secret texts and numbers masked, and where it ends.

    Keys, `true`, `false` and `null` stay, so that the value keeps its form. The schema of a parameter stays whole.
    `depth` is the number of backslashes before the quotes around the container; -1 if it is unknown.
    """
    if _SCHEMA.match(text, start):
        return text[start : start + 1], start + 1
    pieces: list[str] = []
    at, open_brackets, copied = start, 0, start
    while (found := _IN_CONTAINER.search(text, at)) is not None:
        token, at = found[0], found.end()
        if token in ("[", "{", "("):
            open_brackets += 1
        elif token in ("]", "}", ")"):
            open_brackets -= 1
            if open_brackets == 0:
                return "".join([*pieces, text[copied:at]]), at
        elif token[-1] in "\"'":
            quoted = read_quoted(text, found.start())
            assert quoted is not None, "unreachable because a quote was found"
            if _is_outer(text, found.end(), len(quoted.quote) - 1, depth):
                at = found.start()
                break
            at = quoted.end
            if not _AFTER_A_KEY.match(text, at) and judge(text[quoted.content : quoted.until]):
                pieces += [text[copied : found.start()], mask_quoted(text, quoted)]
                copied = at
        elif token != "\n" and _is_bare_secret(text, token, at, judge):
            pieces += [text[copied : found.start()], f'"{MASK}"' if depth >= 0 else MASK]
            copied = at
    at = min(at, len(text)) if found is not None else len(text)
    return "".join([*pieces, text[copied:at]]), at


def _is_outer(text: str, after: int, escape: int, depth: int) -> bool:
    """Return whether a quote ends the text around a container that was cut."""
    return escape < depth if depth >= 0 else bool(_AFTER_A_TEXT.match(text, after))


def _is_bare_secret(text: str, token: str, at: int, judge: Judge) -> bool:
    return token not in _PLAIN_WORDS and not _AFTER_A_KEY.match(text, at) and text[at : at + 1] != "(" and judge(token)

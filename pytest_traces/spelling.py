"""Matches names and globs, and finds the text that a misspelt pattern meant."""

from __future__ import annotations

import fnmatch
import re
import unicodedata
from collections.abc import Iterable
from typing import Any

_GLOB = re.compile(r"[*?\[]")
_WHOLE = re.compile(r"\^(?:[^\\.^$*+?{}\[\]|()]|\\\W)+\$")
"""A regex that spells a name out."""
_SPECIAL = re.compile(r"\[|\(\?")
"""Parts of a regex in which `_` or `-` is no separator."""
_SPELT = re.compile(r"\[[^!]\]")
"""A glob with a letter of its own: `send_mai[l]`."""


def is_glob(expected: Any) -> bool:
    """Return whether a name is a glob."""
    return isinstance(expected, str) and _GLOB.search(expected) is not None


def matches_name(expected: str, actual: str) -> bool:
    """Match a text with a name or a glob."""
    return expected == actual or (is_glob(expected) and fnmatch.fnmatchcase(actual, expected))


def text_misspelt_by(given: Any, there: Iterable[str]) -> str | None:
    """Return the text that a pattern without a match probably misspells; `None` if there is none."""
    return next((text for text in there if misspells(given, text)), None)


def misspells(given: Any, there: str) -> bool:
    """Return whether a pattern without a match misspells a text.

    One letter too many, one too few, two swapped letters, another case, separator or Unicode form count as misspelt.
    Another digit, another letter and a plural are other names. A glob with letters in brackets is never misspelt.
    """
    if isinstance(given, re.Pattern):
        return not _WHOLE.fullmatch(given.pattern) and _is_found_anyhow(given, there)
    if is_glob(given):
        return not _SPELT.search(given) and matches_name(_separated(given), _separated(there))
    return isinstance(given, str) and _is_misspelt(_letters(given), _letters(there))


def spelt_out(given: Any) -> str:
    """Return a pattern that matches literally: as a regex, or for files as a glob."""
    if isinstance(given, re.Pattern):
        return f"re.compile({f'(?-i:{given.pattern})'!r})"
    regex = f"re.compile({f'^{re.escape(given)}$'!r})"
    if "[" in given:
        return regex
    glob = repr(re.sub(r"(\w)(\W*)$", r"[\1]\2", given))
    return glob if is_glob(given) else f"{regex} or {glob}"


def _composed(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


def _separated(text: str) -> str:
    """Return a text in small letters, its words separated by `_`: `deleteUser` and `Delete-User` as `delete_user`."""
    return re.sub(r"[-_. ]+|(?<=[a-z])(?=[A-Z])", "_", _composed(text)).casefold()


def _is_found_anyhow(pattern: re.Pattern[str], there: str) -> bool:
    """Return whether a regex matches a text when case and separators are ignored."""
    flags = pattern.flags | re.IGNORECASE
    if re.search(pattern.pattern, _composed(there), flags):
        return True
    separated = re.sub(r"\\?[- ]|\\\.", "_", pattern.pattern)
    return not _SPECIAL.search(separated) and re.search(separated, _separated(there), flags) is not None


def _letters(text: str) -> str:
    return "".join(letter for letter in _composed(text).casefold() if letter.isalnum())


def _is_misspelt(given: str, there: str) -> bool:
    short, long = sorted((given, there), key=len)
    if given == there:
        return given != ""
    if len(short) < 3:
        return False
    if len(long) - len(short) == 1:
        spots = [at for at in range(len(long)) if long[:at] + long[at + 1 :] == short]
        return any(_is_a_letter_too_many(long, at) for at in spots) and long != f"{short}s"
    wrong = [at for at in range(len(short)) if long[at] != short[at]]
    if len(long) != len(short) or len(wrong) != 2 or wrong[1] != wrong[0] + 1:
        return False
    first, second = wrong
    return long[first] == short[second] and long[second] == short[first] and long[first].isalpha()


def _is_a_letter_too_many(text: str, at: int) -> bool:
    return text[at].isalpha() and not text[max(at - 1, 0)].isdigit()  # gpt-4o is no slip of gpt-4

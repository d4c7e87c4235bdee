"""Writes names and values on one line."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from pytest_traces.drawing.marks import WORDS
from pytest_traces.redaction.masking import redact

_PLAIN_NAME = re.compile(r"[^\W\d][\w.:/@+-]*|[\w.:/@+-]*[^\W\d][\w.:/@+-]*")
_PLAIN_ERROR = re.compile(r"[^\n\r\t⟨⟩\[\]]+")


@lru_cache(maxsize=1_000)  # the spans of a trace share their names
def word(name: str) -> str:
    """Return a name as it is drawn: without quotes if that is unambiguous, else as a JSON string."""
    return name if _PLAIN_NAME.fullmatch(name) and name not in WORDS else json.dumps(name, ensure_ascii=False)


def error_word(text: str) -> str:
    """Return an error as it is drawn: without quotes if that is unambiguous, else as a JSON string."""
    is_plain = _PLAIN_ERROR.fullmatch(text) and "   " not in text and not text.endswith(" ")
    return text if is_plain else json.dumps(text, ensure_ascii=False)


def json_line(value: Any) -> str:
    """Return a plain value as JSON on one line, keys sorted."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def brief(value: Any, limit: int = 100) -> str:
    """Return a plain value for a message: on one line, cut, with secrets masked."""
    return shorten(json_line(value), limit)


def shorten(text: str, limit: int) -> str:
    """Cut a text for a message; secrets are masked first, because half a secret is not recognised."""
    text = redact(text)
    return text if len(text) <= limit or _WHOLE.is_set else f"{text[: limit - 1]}…"


class _Switch:
    is_set = False


_WHOLE = _Switch()


def show_values_whole() -> Callable[[], None]:
    """Stop cutting values in messages of this process, as for `pytest -vv`; return a function that undoes it."""
    before, _WHOLE.is_set = _WHOLE.is_set, True
    return lambda: setattr(_WHOLE, "is_set", before)

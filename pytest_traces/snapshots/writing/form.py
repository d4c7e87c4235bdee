"""How values are written and texts laid out: in the present format, or in the first one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from hashlib import blake2b
from typing import Any

from pytest_traces.redaction.masking import redact
from pytest_traces.snapshots.text.lines import Parts, Reader
from pytest_traces.snapshots.text.wrapping import wrap
from pytest_traces.snapshots.writing.values import Scrub, Write, render

_TEXT = 120  # characters of one string in the first format
_WHOLE = 800  # characters of one value in it


@dataclass(frozen=True)
class Form:
    """One way to write a snapshot."""

    write: Write = render
    """Writes a value on one line."""
    lay_out: Callable[[str, Reader, Mapping[str, Parts]], str] = wrap
    """Turns lines of one span each into the text that is committed."""


TODAY = Form()


def form_of(version: int, limit: int) -> Form:
    """Return the form of a version of the format; `limit` is the length up to which texts are kept whole today."""
    return Form(_first_write, lambda text, *_: text) if version == 1 else Form(lay_out=partial(wrap, limit=limit))


def _first_write(value: Any, scrub: Scrub) -> str:
    text = render(_cut_texts(value, scrub), scrub)
    if len(text) <= _WHOLE:
        return text
    clean = redact(scrub(text))
    return clean if len(clean) <= _WHOLE else f"⟨{clean[:_TEXT]}… {_measure(clean)}⟩"


def _cut_texts(value: Any, scrub: Scrub) -> Any:
    if type(value) is str:
        clean = redact(scrub(value)) if len(value) > _TEXT else value
        return clean if len(clean) <= _TEXT else f"{clean[:_TEXT]}…⟨{_measure(clean)}⟩"
    if isinstance(value, dict):
        return {key: _cut_texts(item, scrub) for key, item in value.items()}
    return type(value)(_cut_texts(item, scrub) for item in value) if isinstance(value, list) else value


def _measure(text: str) -> str:
    return f"{len(text):,} chars {blake2b(text.encode('utf-8', 'backslashreplace'), digest_size=4).hexdigest()}"

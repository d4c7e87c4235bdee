"""Colours of a drawn trace in a terminal: of failures, attempts, figures and notes."""

from __future__ import annotations

import re

from pytest_traces.model.words.signs import FAILURE

_RED, _YELLOW, _CYAN, _FAINT = "31", "33", "36", "2"
_COLOURS = (
    (re.compile(rf" {FAILURE} .*?(?=   |$)|(?<=│ )error: .*$", re.M), _RED),
    (re.compile(r"(?<=   )attempt \d+| \[(?:running|cancelled|timeout|blocked)\]"), _YELLOW),
    (re.compile(r"(?:(?:≥ )?[\d,?]+ in  (?:≥ )?[\d,?]+ out +)?[\d,]+ ms$", re.M), _CYAN),
    (re.compile(r"^values are cut here; .*$|^… .* more spans$", re.M), _FAINT),
)


def coloured(text: str) -> str:
    """Return a drawn trace in the colours of a terminal."""
    for pattern, code in _COLOURS:
        text = pattern.sub(f"\x1b[{code}m\\g<0>\x1b[0m", text)
    return text

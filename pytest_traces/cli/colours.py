"""Colours for edits and trees, if standard output is a terminal and its user wants them."""

from __future__ import annotations

import os
import re
import sys

from pytest_traces.drawing.marks import BRANCH, GUIDES, NEXT
from pytest_traces.model.words.signs import FAILURE

_EDITS = {"+": "32", "-": "31", "~": "33", ">": "36"}
"""Green: added, red: removed, yellow: changed, blue: moved."""
_TROUBLE = re.compile(rf" {FAILURE} .*")
_NAME = re.compile(rf"^([{GUIDES}{BRANCH}{NEXT} ]*)([\w.]+ [^ ]+)")


def is_wanted() -> bool:
    """Return whether to write colours: `NO_COLOR` forbids them, `FORCE_COLOR` asks for them on any output."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return sys.stdout.isatty() and os.environ.get("TERM") != "dumb"


def edits(text: str) -> str:
    """Colour the lines of a difference by their signs."""
    if not is_wanted():
        return text
    return "\n".join(_painted(line, _EDITS[line[0]]) if line[:2] in _SIGNS else line for line in text.split("\n"))


def tree(text: str) -> str:
    """Highlight the names and the errors of spans."""
    if not is_wanted():
        return text
    return "\n".join(_TROUBLE.sub(_red, _NAME.sub(_bold, line)) for line in text.split("\n"))


_SIGNS = {f"{sign} " for sign in _EDITS}


def _painted(text: str, code: str) -> str:
    return f"\x1b[{code}m{text}\x1b[0m"


def _red(found: re.Match[str]) -> str:
    return _painted(found[0], "31")


def _bold(found: re.Match[str]) -> str:
    return f"{found[1]}{_painted(found[2], '1')}"

"""Takes out of a text what changes from run to run: ids, clocks, paths, addresses, generated names."""

from __future__ import annotations

import os
import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path

_SUSPECT = re.compile(r"\d{2}|0x|/|\\\\")  # nothing below can match a text without one of these

_UUID = r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}"
_PREFIXED = r"(?:call|toolu|msg|run|chatcmpl|resp|thread|lc_run|req|step|span|trace)[-_]+(?=[\w-]*\d)[A-Za-z0-9-]{10,}"
_HEX = r"(?<![\w-])(?=[0-9a-fA-F]*\d)(?=[0-9a-fA-F]*[a-fA-F])[0-9a-fA-F]{16,64}(?![\w-])"

_VOLATILE = re.compile(
    rf"""(?x)
      (?P<id> {_UUID} | \b{_PREFIXED} | {_HEX} )
    | (?P<address> \b0x[0-9a-fA-F]{{6,16}}\b )
    | (?P<clock> \b\d{{4}}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)? )
    | (?P<epoch> (?<![\w.])\d{{10}}(?:\.\d+)?(?![\w.]) | (?<![\w.])\d{{13}}(?:\.\d+)?(?![\w.]) )
    | (?P<line> (?<=\.py"),[ ]line[ ]\d+ | (?<=\.py\\"),[ ]line[ ]\d+ | (?<=\.py):\d+ )
    | (?P<name> \b(?:Task|Thread|ThreadPoolExecutor|AnyIO[ ]worker[ ]thread)[- ]\d+(?:_\d+)? )
    """
)

_CLOCK_SLACK_S = 60.0


class Scrubber:
    """Scrubs one snapshot. The same unknown id is the same `<id-1>` wherever it stands.

    A time is a clock, and masked, only if it lies within the test's own run: dates in the program's data stay.
    """

    def __init__(self, started_ms: float, root: Path | None = None) -> None:
        self._from = started_ms / 1000 - _CLOCK_SLACK_S
        self._until = time.time() + _CLOCK_SLACK_S
        self._ids: dict[str, str] = {}
        self._paths = _known_paths(root)

    def anonymous(self, text: str) -> str:
        """Scrub with one mark for every id, for comparing texts whose order is not settled yet."""
        return self._scrub(text, lambda found: "<id>")

    def __call__(self, text: str) -> str:
        """Scrub, and number ids in order of appearance."""
        return self._scrub(text, self._number)

    def _scrub(self, text: str, name_id: Callable[[str], str]) -> str:
        if not _SUSPECT.search(text):
            return text
        for path, mask in self._paths:
            if path in text:
                text = text.replace(path, mask)
        return _VOLATILE.sub(lambda found: self._mask(found, name_id), text)

    def _mask(self, found: re.Match[str], name_id: Callable[[str], str]) -> str:
        kind, text = found.lastgroup, found[0]
        if kind == "id":
            return name_id(text)
        if kind == "clock":
            return "<timestamp>" if self._is_now(_seconds(text)) else text
        if kind == "epoch":
            seconds = float(text)
            return "<timestamp>" if self._is_now(seconds / 1000 if seconds > 1e12 else seconds) else text
        if kind == "line":
            return ":<line>" if text.startswith(":") else ", line <line>"
        return "<address>" if kind == "address" else re.sub(r"[- ]\d+(_\d+)?$", "-<n>", text)

    def _number(self, text: str) -> str:
        return self._ids.setdefault(text.lower(), f"<id-{len(self._ids) + 1}>")

    def _is_now(self, seconds: float | None) -> bool:
        return seconds is not None and self._from <= seconds <= self._until


def _seconds(text: str) -> float | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    # A clock without a zone may be local or UTC; both are tried by whoever is closer to now.
    readings = [moment.timestamp()] if moment.tzinfo else [moment.timestamp(), moment.replace(tzinfo=UTC).timestamp()]
    return min(readings, key=lambda reading: abs(reading - time.time()))


def _known_paths(root: Path | None) -> list[tuple[str, str]]:
    """Return directories and their masks, longest first: only known places are masked, other paths are data."""
    known: Iterable[tuple[str | Path | None, str]] = (
        (root, "<root>"),
        (os.getcwd(), "<root>"),
        (sys.prefix, "<python>"),
        (sys.base_prefix, "<python>"),
        (tempfile.gettempdir(), "<tmp>"),
        (Path.home(), "<home>"),
    )
    masks = {str(path): mask for path, mask in reversed(list(known)) if path and len(str(path)) > 1}
    return sorted(masks.items(), key=lambda pair: -len(pair[0]))

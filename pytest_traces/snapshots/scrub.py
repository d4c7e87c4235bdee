"""Takes out of a text what changes from run to run: ids, clocks, paths, addresses, generated names."""

from __future__ import annotations

import os
import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

_UUID = r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}"
_PREFIXED = r"(?:call|toolu|msg|run|chatcmpl|resp|thread|lc_run|req|step|span|trace)[-_]+(?=[\w-]*\d)[A-Za-z0-9-]{10,}"
_CLOCK = r"\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?"
_NAME = r"\b(?:Task|Thread|ThreadPoolExecutor|AnyIO worker thread)[- ]\d+(?:_\d+)?"
_HEX = r"(?<![\w-])(?=[0-9a-fA-F]*\d)(?=[0-9a-fA-F]*[a-fA-F])[0-9a-fA-F]{16,64}(?![\w-])"

# What quickly finds out that a text holds nothing of a kind, and the kind. Looking for all kinds at once in a text
# that holds none takes five times as long.
_KINDS = (
    (re.compile(r"-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-"), f"(?P<uuid>{_UUID})"),
    (re.compile(r"(?:call|toolu|msg|run|chatcmpl|resp|thread|req|step|span|trace)[-_]"), rf"(?P<id>\b{_PREFIXED})"),
    (re.compile(r"[0-9a-fA-F]{16}"), f"(?P<hex>{_HEX})"),
    (re.compile(r"0x"), r"(?P<address>\b0x[0-9a-fA-F]{6,16}\b)"),
    (re.compile(r"-\d\d-\d\d[T ]"), f"(?P<clock>{_CLOCK})"),
    (re.compile(r"\d{10}"), r"(?P<epoch>(?<![\w.])(?:\d{10}|\d{13})(?:\.\d+)?(?![\w.]))"),
    (re.compile(r"\.py\\?[:\"]"), r"(?P<line>(?<=\.py\"), line \d+|(?<=\.py\\\"), line \d+|(?<=\.py):\d+)"),
    (re.compile(r"(?:Task|Thread|Executor|thread)[- ]\d"), f"(?P<name>{_NAME})"),
)


@cache
def _volatile(kinds: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(kinds))


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
        for path, mask in self._paths:
            if path in text:
                text = text.replace(path, mask)
        kinds = tuple(kind for probe, kind in _KINDS if probe.search(text))
        return _volatile(kinds).sub(lambda found: self._mask(found, name_id), text) if kinds else text

    def _mask(self, found: re.Match[str], name_id: Callable[[str], str]) -> str:
        kind, text = found.lastgroup, found[0]
        if kind in ("uuid", "id", "hex"):
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

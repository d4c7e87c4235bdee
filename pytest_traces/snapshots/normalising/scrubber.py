"""Masks the parts of a text that change from run to run, if there is evidence that they do.

Four facts are evidence. The run generated the value (`made_values`). It is an id of the trace's own spans and runs. It
has the exact format of a provider's id (`provider_ids`). It is a clock with a time within the run. Every other value is
behaviour.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from pytest_traces.redaction.words import distinct_words
from pytest_traces.runtime.recording.evidence import STARTED
from pytest_traces.snapshots.normalising.clocks import CLOCK, read_clock
from pytest_traces.snapshots.normalising.directories import Places
from pytest_traces.snapshots.normalising.made_values import MADE_TEXTS, made_by_clock
from pytest_traces.snapshots.normalising.provider_ids import PATTERN, is_issued

# Nothing with a shape of its own matches a line without one of these. Apart they are told five times as fast as
# joined, and ten times as fast where they begin with a letter of their own.
_SUSPECTS = tuple(
    re.compile(suspect)
    for suspect in (
        *("at 0x", " id='", r"ad \d", "-[0-9a-fA-F]{4}-", r":\d\d", r"-\d(?<=[drky]-\d)", ":[3-6]", "(?i:pid)"),
        *("-[0-9A-Za-z]{10}", "_[0-9A-Za-z]{8}", r"chatcmpl-\d", r"T(?<=\dT)\d", r"\d\d{9}", r"\.\d{8}"),
        *(r"_\d\d\d\d\d\d", r"-\d\d\d\d\d\d", r"_\d\d-\d\d-\d\d", r"-\d\d-\d\d-\d\d", r"datetime\.datetime\("),
    )
)
_WORD = re.compile("[0-9A-Za-z]{8,}")
_JOINED = re.compile("[0-9A-Za-z_+/-]{8,}={0,2}")
_UUID = r"(?<![0-9A-Za-z])[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}(?![0-9A-Za-z])"
_PIECE = re.compile(f"{_UUID}|{_WORD.pattern}")

_VOLATILE = re.compile(
    rf"""(?x)
      (?P<issued> {PATTERN} )
    | (?P<uuid> {_UUID} )
    | (?P<address> (?<=\bat[ ])0x[0-9a-fA-F]{{6,16}}(?=[^<>]{{0,200}}>) )
    | (?P<mock> (?<=[ ]id=')\d{{9,}}(?='>) )
    | (?P<clock> {CLOCK} )
    | (?P<epoch> (?<![0-9A-Za-z])(?<!\d\.)\d{{10}}(?:\d{{3}}){{0,3}}(?:\.\d+)?(?![0-9A-Za-z]) )
    | (?P<port> (?: (?<=\d\.\d\.\d:) | (?<=localhost:) | (?<=::1\]:) ) \d{{4,5}}\b )
    | (?P<pid> (?i:(?<=\bpid)|(?<=process_id))(?:\\*["'])?[=:]?[ ]?\d+\b )
    | (?P<number> (?<![\w.])\d+\.\d{{8,}}(?:e-?\d+)?(?![\w.]) )
    | (?P<word> (?<![0-9A-Za-z])[0-9A-Za-z]{{8,}} )
    """
)

_SLACK_S = 60.0  # clocks this far outside the run still belong to it


class Scrubber:
    """Scrubs one snapshot. Equal ids get the same mark, as in `<id-1>`.

    `ids` are the trace's own; the `names` of its spans are none, whatever they look like. `started_ms` is when the
    trace began; for one that this process recorded, its run began with the process.
    """

    def __init__(
        self,
        started_ms: float,
        root: Path | None = None,
        *,
        ended_ms: float | None = None,
        ids: Iterable[str] = (),
        names: Iterable[str] = (),
        directories: Mapping[str, str] | None = None,
    ) -> None:
        started = started_ms / 1000
        self._from = (STARTED if started >= STARTED else started) - _SLACK_S
        self._until = (time.time() if ended_ms is None else ended_ms / 1000) + _SLACK_S
        self._numbers: dict[str, str] = {}
        self._places = Places(root, directories or {})
        self._own = frozenset(ids)
        self._names = frozenset(names) - self._own
        self._known: dict[str, bool] = {}
        """Cache: whether a word is masked."""
        self._made = MADE_TEXTS
        self._made.refresh()

    def anonymous(self, text: str) -> str:
        """Scrub with one mark for all ids: for comparing texts whose order is not known yet."""
        return self.scrub(text, lambda found: "<id>")

    def alone(self, text: str) -> str:
        """Scrub with ids numbered within this text, as input of a digest."""
        numbers: dict[str, str] = {}
        return self.scrub(text, lambda found: numbers.setdefault(found.lower(), f"<id-{len(numbers) + 1}>"))

    def __call__(self, text: str) -> str:
        """Scrub, and number ids in order of appearance."""
        return self.scrub(text, self._number)

    def finds_nothing_in(self, text: str) -> bool:
        """Return whether scrubbing leaves a text, and so each of its lines, unchanged."""
        return not _holds_path(text) and not self._suspects_in(text)

    def scrub(self, text: str, name_id: Callable[[str], str]) -> str:
        """Scrub with the mark that `mark` gives for each id."""
        suspects = self._suspects_in(text)
        if not suspects and not _holds_path(text):
            return text
        return "\n".join([self._line(line, suspects, name_id) for line in text.split("\n")])

    def _line(self, text: str, suspects: Sequence[re.Pattern[str]], name_id: Callable[[str], str]) -> str:
        if _holds_path(text):
            text = self._places.mask(text)
        if not any(suspect.search(text) for suspect in suspects):
            return text
        text = _JOINED.sub(lambda found: self._joined(found[0], name_id), text)
        return _VOLATILE.sub(lambda found: self._mask(found, name_id), text)

    def _joined(self, text: str, name_id: Callable[[str], str]) -> str:
        """Mask known ids as a whole, dashes included, and names of temporary files."""
        if self._is_known(text):
            return name_id(text)
        name = self._made.name_in(text)
        text = text if name is None else text.replace(name, name_id(name))
        return self._pieces(text, name_id)  # before clocks: hex digits may begin like one

    def _mask(self, found: re.Match[str], name_id: Callable[[str], str]) -> str:
        kind, text = str(found.lastgroup), found[0]
        if kind in ("clock", "epoch") and self._is_now(read_clock(text)):
            return "<timestamp>"
        if kind in ("address", "mock"):
            return "<address>"
        if kind == "port":
            return "<port>" if text in self._made.ports else text
        if kind == "pid":
            number = re.search(r"\d+", text)
            own = number is not None and int(number[0]) == os.getpid()
            return re.sub(r"\d+", "<pid>", text) if own else text
        if kind == "issued":
            return name_id(text) if text not in self._names and is_issued(found) else self._pieces(text, name_id)
        return name_id(text) if self._is_known(text) else text

    def _pieces(self, text: str, name_id: Callable[[str], str]) -> str:
        return _PIECE.sub(lambda found: name_id(found[0]) if self._is_known(found[0]) else found[0], text)

    def _is_known(self, text: str) -> bool:
        known = self._known.get(text)
        if known is None:
            known = self._known[text] = self._has_evidence(text)
        return known

    def _has_evidence(self, text: str) -> bool:
        if text in self._own:
            return _looks_made(text)
        if text in self._names:
            return False
        return self._made.holds(text) or made_by_clock(text, lambda seconds: self._is_now([seconds]))

    def _number(self, text: str) -> str:
        return self._numbers.setdefault(text.lower(), f"<id-{len(self._numbers) + 1}>")

    def _is_now(self, readings: Iterable[float]) -> bool:
        return any(self._from <= seconds <= self._until for seconds in readings)

    def _suspects_in(self, text: str) -> Sequence[re.Pattern[str]]:
        """Return the patterns that may match some line of a text."""
        words = distinct_words(text)
        found = [suspect for suspect in _SUSPECTS if suspect.search(text if " " in suspect.pattern else words)]
        tokens = {*_WORD.findall(words), *_JOINED.findall(words)}
        if any(map(self._is_known, tokens)) or self._made.name_in(words) is not None:
            found.append(_JOINED)
        return found


def _looks_made(own: str) -> bool:
    """Return whether a framework generated an id; the program chose one like `weather` or `geocode-2`."""
    bare = own.replace("-", "")
    mixed = bare.isalnum() and any(map(str.isdigit, bare)) and any(map(str.isalpha, bare))
    return len(bare) >= 12 and (mixed or re.fullmatch("[0-9a-f]+", bare) is not None)


def _holds_path(text: str) -> bool:
    return "/" in text or "\\" in text

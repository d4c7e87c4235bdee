"""Takes out of a text what changes from run to run: ids, clocks, paths, addresses, generated names."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from pytest_traces.snapshots.normalising.clocks import read_clock
from pytest_traces.snapshots.normalising.directories import Places

# Nothing that is scrubbed matches a line without one of these. Apart they are told five times as fast as joined, and
# ten times as fast where they begin with a letter of their own; the slow one is looked for only where a word is long.
_SUSPECTS = tuple(
    re.compile(suspect)
    for suspect in (
        *("0x", r"\.py", "asyncio_", r"ad \d", "-[0-9a-fA-F]{4}-"),
        *(r":\d\d", r"-\d(?<=[drky]-\d)", "-[0-9A-Za-z]{10}", "_[0-9A-Za-z]{10}", r"T(?<=\dT)\d", r"\d\d{9}"),
        *(r"_\d\d\d\d\d\d", r"-\d\d\d\d\d\d", r"_\d\d-\d\d-\d\d", r"-\d\d-\d\d-\d\d", r"datetime\.datetime\("),
    )
)
_LONG_WORD = re.compile("[0-9A-Za-z]{12}")
_LONG_WORD_WITH_DIGIT = re.compile(r"(?=[A-Za-z]*\d)[0-9A-Za-z]{12}")

_UUID = r"(?<![0-9A-Za-z])[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}(?![0-9A-Za-z])"
_HEX = r"(?<![0-9A-Za-z])(?=\d*[a-fA-F])(?=[a-fA-F]*\d)[0-9a-fA-F]{32}(?![0-9A-Za-z])"  # 32: uuid4().hex, a trace id
_ISSUER = (
    r"(?<![0-9A-Za-z])(?:call|fc|toolu|srvtoolu|msg|chatcmpl|cmpl|resp|rs|run|thread|asst|req|step|span|trace|pyd_ai)"
)
_ISSUED = (
    rf"{_ISSUER}[-_]+(?=[a-zA-Z]*\d)"
    r"(?:[0-9A-Za-z]{20,}|(?=[a-zA-Z]*\d[a-zA-Z]*\d)(?=\d*[a-zA-Z])[0-9A-Za-z]{10,})(?![\w-])"
)
_LETTERS = rf"{_ISSUER}[-_]+[A-Za-z]{{20,}}(?![\w-])"  # an id without any digit, or what is just a long name
_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_SHORTEST = 3.5  # letters of a word in a name; of what looks like one in an id it is 2.3

_TIME = r"\d\d?:\d\d (?: :\d\d (?: [.]\d+ )? )? (?: [ ]?[AaPp][Mm]\b )?"

_VOLATILE = re.compile(
    rf"""(?x)
      (?P<id> {_UUID} | {_HEX} )
    | (?P<issued> {_ISSUED} )
    | (?P<letters> {_LETTERS} )
    | (?P<address> (?<=\bat[ ])0x[0-9a-fA-F]{{6,16}}\b | \b0x[0-9a-fA-F]{{9,16}}\b )
    | (?P<clock>
        (?<!\d) \d{{4}}[-/]\d\d[-/]\d\d [T _] \d\d:\d\d (?: :\d\d (?: [.,]\d+ )? )? (?: Z | [+-]\d\d:?\d\d )?
      | (?<!\d) \d{{4}}-\d\d-\d\d [T_-] \d\d-\d\d-\d\d (?!\d)
      | (?<!\d) \d{{8}} [T_-]? \d{{6}} (?: [.,_]?\d{{3}} (?: \d{{3}} )? )? (?!\d) Z?
      | (?<!\d) \d\d?[/.]\d\d?[/.]\d{{4}} ,?[ ] {_TIME}
      | \b[A-Z][a-z]{{2,8}}[ ]\d\d?,[ ]\d{{4}} ,?[ ](?:at[ ])? {_TIME}
      | \bdatetime\.datetime\(\d{{4}} (?: ,[ ]\d\d? ){{4,5}} (?: ,[ ]\d{{1,6}} )? (?=[,)]) [^()]*\)
      | \b[A-Z][a-z]{{2}},[ ]\d\d?[ ][A-Z][a-z]{{2}}[ ]\d{{4}}[ ]\d\d:\d\d:\d\d[ ](?: GMT | UTC | [+-]\d{{4}} )
      | \b[A-Z][a-z]{{2}}[ ][A-Z][a-z]{{2}}[ ][ \d]\d[ ]\d\d:\d\d:\d\d[ ]\d{{4}}
      )
    | (?P<epoch> (?<![0-9A-Za-z])(?<!\d\.)\d{{10}}(?:\d{{3}}){{0,3}}(?:\.\d+)?(?![0-9A-Za-z]) )
    | (?P<line> (?<=\.py)\\*",[ ]line[ ]\d+ | (?<=>)[^\s":<>]*\.py:\d+ )
    | (?P<port> (?:127\.0\.0\.1|localhost|\[::1\]):(?:3[2-9]|4\d|5\d|6[0-5])\d{{3}}\b )
    | (?P<name>
        (?<![\w-])(?:Task|Thread|Dummy|ThreadPoolExecutor|AnyIO[ ]worker[ ]thread)[- ]\d+(?:_\d+)?(?![\w-])
      | (?<!\w)asyncio_\d+(?!\w)
      )
    | (?P<own> (?<![0-9A-Za-z])(?=[A-Za-z]*\d)(?=\d*[A-Za-z])[0-9A-Za-z]{{12,}}(?![0-9A-Za-z]) )
    """
)

_SLACK_S = 60.0  # clocks this far outside the run are still its own


class Scrubber:
    """Scrubs one snapshot. The same unknown id is the same `<id-1>` wherever it stands.

    A time is a clock, and masked, only if it lies within the run itself: dates in the program's data stay. So do
    numbers, short hashes and names that only resemble ids; beside UUIDs and the ids that model providers
    issue, only the trace's own `ids` are masked. The `names` of its spans are no ids, whatever they look like.
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
        self._from = started_ms / 1000 - _SLACK_S
        self._until = (time.time() if ended_ms is None else ended_ms / 1000) + _SLACK_S
        self._numbers: dict[str, str] = {}
        self._places = Places(root, directories or {})
        self._own = frozenset(ids)
        self._names = frozenset(names) - self._own

    def anonymous(self, text: str) -> str:
        """Scrub with one mark for every id, for comparing texts whose order is not settled yet."""
        return self.scrub(text, lambda found: "<id>")

    def __call__(self, text: str) -> str:
        """Scrub, and number ids in order of appearance."""
        return self.scrub(text, self._number)

    def finds_nothing_in(self, text: str) -> bool:
        """Tell whether all of a text, and so each line of it, is what scrubbing gives back as it is."""
        return not _holds_path(text) and not _suspects_in(text)

    def scrub(self, text: str, name_id: Callable[[str], str]) -> str:
        """Scrub with a mark of one's own for each id."""
        suspects = _suspects_in(text)
        if not suspects and not _holds_path(text):
            return text
        return "\n".join([self._line(line, suspects, name_id) for line in text.split("\n")])

    def _line(self, text: str, suspects: Sequence[re.Pattern[str]], name_id: Callable[[str], str]) -> str:
        if _holds_path(text):
            text = self._places.mask(text)
        if not any(suspect.search(text) for suspect in suspects):
            return text
        return _VOLATILE.sub(lambda found: self._mask(found, name_id), text)

    def _mask(self, found: re.Match[str], name_id: Callable[[str], str]) -> str:
        kind, text = found.lastgroup, found[0]
        if kind in ("id", "issued", "letters", "own"):
            return name_id(text) if self._is_id(kind, text) else text
        if kind in ("clock", "epoch"):
            return "<timestamp>" if self._is_now(read_clock(text)) else text
        if kind == "line":
            return re.sub(r"\d+$", "<line>", text)
        if kind == "port":
            return f"{text.rpartition(':')[0]}:<port>"
        return "<address>" if kind == "address" else re.sub(r"([-_ ])\d+(_\d+)?$", r"\1<n>", text)

    def _is_id(self, kind: str, text: str) -> bool:
        if kind == "id" or text in self._own:
            return True
        if kind == "own" or text in self._names:
            return False
        return kind == "issued" or _is_scattered(text)

    def _number(self, text: str) -> str:
        return self._numbers.setdefault(text.lower(), f"<id-{len(self._numbers) + 1}>")

    def _is_now(self, readings: Iterable[float]) -> bool:
        return any(self._from <= seconds <= self._until for seconds in readings)


def _is_scattered(text: str) -> bool:
    """Tell `call_aBcdEfghIjklMnopQrst` from `call_GetCustomerAccountInfo`: ids change their case at random."""
    letters = re.split("[-_]+", text)[-1]
    return len(letters) < _SHORTEST * len(_WORDS.findall(letters))


def _holds_path(text: str) -> bool:
    return "/" in text or "\\" in text


def _suspects_in(text: str) -> Sequence[re.Pattern[str]]:
    """Return what makes some line of a text suspicious."""
    words = " ".join(set(text.split()))  # a trace says the same again and again: look at each word once
    found = [suspect for suspect in _SUSPECTS if suspect.search(text if " " in suspect.pattern else words)]
    if _LONG_WORD.search(words) and _LONG_WORD_WITH_DIGIT.search(words):
        found.append(_LONG_WORD_WITH_DIGIT)
    return found

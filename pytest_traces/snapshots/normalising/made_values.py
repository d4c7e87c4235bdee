"""Recognises generated values in a text: random bytes in any usual notation, numbers, names, clocks inside ids."""

from __future__ import annotations

import re
import threading
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable, Iterator
from itertools import takewhile
from typing import Any

from pytest_traces.runtime.recording.evidence import KEPT, MADE, Made

_LEAST = 8  # characters that identify a generated value

_NAME = re.compile(r"[a-z0-9_]{8,}")
_HEX = re.compile(r"[0-9a-fA-F]{8,}")
_DASHED = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{1,12}){1,4}")
_ULID = re.compile(r"[0-7][0-9A-HJKMNP-TV-Z]{25}")
_CROCKFORD = {char: number for number, char in enumerate("0123456789ABCDEFGHJKMNPQRSTVWXYZ")}
_GREGORIAN = 0x01B21DD213814000  # 100 ns from 1582, where UUIDs begin to count, to 1970

IsNow = Callable[[float], bool]
"""Returns whether Unix seconds lie within the run."""


class MadeTexts:
    """The values that one process generated, as the texts that may appear in a trace."""

    def __init__(self, made: Made = MADE) -> None:
        self._made = made
        self._lock = threading.Lock()
        self._forget()

    def _forget(self) -> None:
        self._version: object = None
        self._latest: dict[str, Any] = {}
        self._read = 0
        self._whole: set[str] = set()
        self._hex: dict[str, list[str]] = {}
        self._picked = ""
        self._names: set[str] = set()
        self.ports: set[str] = set()

    def refresh(self) -> None:
        """Add the values that were generated since the last call, so a suite of many snapshots reads each value once.

        After many values all texts are made anew from those that are still kept.
        """
        with self._lock:
            version = self._made.version()
            if version == self._version:
                return
            if self._read > KEPT:
                self._forget()
            self._version = version
            self._add(self._new("bytes"), self._new("integers"))
            self._whole.update(map(repr, self._new("floats")))
            self._whole.update(str(ident) for ident in self._threads() if ident > 10**_LEAST)
            self._picked = "\n".join("".join(letters) for letters in list(self._made.picked.values()))
            self._names.update(self._new("names"))
            self.ports.update(map(str, self._new("ports")))

    def _new(self, kind: str) -> list[Any]:
        """Return the values of a kind that were appended since the last call: equal values are different objects."""
        latest = self._latest.get(kind)
        new = list(takewhile(lambda value: value is not latest, reversed(list(getattr(self._made, kind)))))
        if new:
            self._latest[kind] = new[0]
            self._read += len(new)
        return new

    def _threads(self) -> list[int]:
        return [*self._new("threads"), *(thread.ident for thread in threading.enumerate() if thread.ident is not None)]

    def _add(self, made: list[bytes], integers: list[int]) -> None:
        values = list(_as_bytes(made, integers))
        self._whole.update(map(str, integers), *map(_notations, values))
        for text in [*(value.hex() for value in values), *(text for number in integers for text in _digits(number))]:
            for end in (text[:_LEAST], text[-_LEAST:]):
                self._hex.setdefault(end, []).append(text)

    def holds(self, text: str) -> bool:
        """Return whether a word or a number is one of these texts, or a long enough end of one."""
        if text in self._whole or (len(text) >= _LEAST and text in self._picked):
            return True
        if _HEX.fullmatch(text) or _DASHED.fullmatch(text):
            bare = text.replace("-", "").lower()
            return any(one.startswith(bare) for one in self._hex.get(bare[:_LEAST], ())) or any(
                one.endswith(bare) for one in self._hex.get(bare[-_LEAST:], ())
            )
        return False

    def name_in(self, text: str) -> str | None:
        """Return the name of a temporary file inside a text; `None` if there is none."""
        if not self._names:
            return None
        for found in _NAME.finditer(text):
            run = found[0]
            for at in range(len(run) - _LEAST + 1):
                if run[at : at + _LEAST] in self._names:
                    return run[at : at + _LEAST]
        return None


def _as_bytes(made: list[bytes], integers: list[int]) -> Iterator[bytes]:
    """Yield random bytes and integers of their size; those of an id also as `uuid4()` makes it."""
    large = [number.to_bytes(16, "big") for number in integers if 96 < number.bit_length() <= 128]
    for value in [*made, *large]:
        yield value
        if len(value) == 16:
            yield value[:6] + bytes([value[6] & 0x0F | 0x40, value[7], value[8] & 0x3F | 0x80]) + value[9:]


def _notations(value: bytes) -> Iterator[str]:
    """Yield random bytes in the alphabets of base 64, and as a number."""
    for encode in (b64encode, urlsafe_b64encode):
        encoded = encode(value).decode()
        yield encoded
        yield encoded.rstrip("=")
    yield str(int.from_bytes(value, "big"))


def _digits(number: int) -> Iterator[str]:
    """Yield the hexadecimal notations of a random number."""
    yield f"{number:x}"
    yield f"{number:016x}"
    yield f"{number:032x}"


MADE_TEXTS = MadeTexts()
"""The values that this process generated."""


def made_by_clock(text: str, is_now: IsNow) -> bool:
    """Return whether an id contains its own time of creation and that time lies within the run.

    It knows UUIDs of version 1, 6 and 7, ULIDs and the ids of MongoDB.
    """
    if _ULID.fullmatch(text.upper()) and len(text) == 26:
        ms = 0
        for char in text[:10].upper():
            ms = ms * 32 + _CROCKFORD[char]
        return is_now(ms / 1000)
    bare = text.replace("-", "").lower()
    if len(bare) == 24 and text == bare and _HEX.fullmatch(bare):
        return is_now(int(bare[:8], 16))
    return len(bare) == 32 and _HEX.fullmatch(bare) is not None and _uuid_is_now(bare, is_now)


def _uuid_is_now(bare: str, is_now: IsNow) -> bool:
    version = bare[12]
    if version == "7":
        return is_now(int(bare[:12], 16) / 1000)
    if version == "1":
        ticks = int(bare[13:16] + bare[8:12] + bare[:8], 16)
    elif version == "6":
        ticks = int(bare[:12] + bare[13:16], 16)
    else:
        return False
    return is_now((ticks - _GREGORIAN) / 1e7)

"""Recognises generated values in a text: random bytes in any usual notation, numbers, names, clocks inside ids."""

from __future__ import annotations

import re
import threading
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable, Iterable, Iterator

from pytest_traces.runtime.recording.evidence import MADE, Made

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
        self._version: object = None
        self._whole: set[str] = set()
        self._hex: dict[str, list[str]] = {}
        self._picked = ""
        self._names: set[str] = set()
        self.ports: frozenset[str] = frozenset()

    def refresh(self) -> None:
        """Add the values that were generated since the last call."""
        version = self._made.version()
        if version != self._version:
            self._version = version
            self._whole = set(self._texts())
            self._hex = {}
            for text in self._hexadecimal():
                for end in (text[:_LEAST], text[-_LEAST:]):
                    self._hex.setdefault(end, []).append(text)
            self._picked = "\n".join("".join(letters) for letters in list(self._made.picked.values()))
            self._names = set(self._made.names)
            self.ports = frozenset(map(str, self._made.ports))

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

    def _texts(self) -> Iterator[str]:
        for value in self._bytes():
            for encode in (b64encode, urlsafe_b64encode):
                encoded = encode(value).decode()
                yield encoded
                yield encoded.rstrip("=")
            yield str(int.from_bytes(value, "big"))
        for number in list(self._made.integers):
            yield str(number)
        for fraction in list(self._made.floats):
            yield repr(fraction)
        for ident in [*self._made.threads, *(thread.ident for thread in threading.enumerate())]:
            if ident is not None and ident > 10**_LEAST:
                yield str(ident)

    def _hexadecimal(self) -> Iterable[str]:
        for value in self._bytes():
            yield value.hex()
        for number in list(self._made.integers):
            yield f"{number:x}"
            yield f"{number:016x}"
            yield f"{number:032x}"

    def _bytes(self) -> Iterator[bytes]:
        sixteen = [number.to_bytes(16, "big") for number in list(self._made.integers) if number.bit_length() > 96]
        for value in [*list(self._made.bytes), *(value for value in sixteen if len(value) == 16)]:
            yield value
            if len(value) == 16:  # as uuid4() makes it
                yield value[:6] + bytes([value[6] & 0x0F | 0x40, value[7], value[8] & 0x3F | 0x80]) + value[9:]


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

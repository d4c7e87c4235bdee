"""Packs the figures of a test into a few hundred bytes: a session has thousands of tests."""

from __future__ import annotations

import json
import sys
import zlib
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from pytest_traces.report.summary import TestSummary


class PackedSummary(Mapping[str, Any]):
    """The figures of one test as a read-only mapping; a list is unpacked at each access."""

    __slots__ = ("_names", "_values")

    def __init__(self, summary: TestSummary) -> None:
        self._names = _shared(tuple(sys.intern(name) for name in summary))
        self._values = _shared(tuple(_pack(value) for value in summary.values()))

    def __getitem__(self, name: str) -> Any:
        if name not in self._names:
            raise KeyError(name)
        value = self._values[self._names.index(name)]
        return _unpack(value) if type(value) is bytes else value

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def __repr__(self) -> str:
        return repr(dict(self))


def _pack(value: Any) -> Any:
    if isinstance(value, list):
        return zlib.compress(json.dumps(value, separators=(",", ":")).encode()) if value else b""
    return sys.intern(value) if type(value) is str else value


def _unpack(packed: bytes) -> Any:
    return json.loads(zlib.decompress(packed)) if packed else []


@lru_cache(maxsize=64)
def _shared(values: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return one object for equal ones: the call report and the teardown report of a test hold the same figures."""
    return values

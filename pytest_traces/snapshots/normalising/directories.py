"""Masks directories of this machine: only known ones are masked, other paths are data."""

from __future__ import annotations

import os
import re
import sys
import tempfile
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

_PYTEST_TMP = re.compile(r'<tmp>/pytest-of-[^/\s"]+/pytest-\d+(?:/popen-gw\d+)?')
_BELOW_BASE = re.compile(r"<basetemp>[/\\]+([\w\[\].-]*?[^\W\d])(\d+)(?![\w.-])")


class Places:
    """Masks the project, the interpreter, the temporary directory, the user's home, and `directories` of the test."""

    def __init__(self, root: Path | None = None, directories: Mapping[str, str] = MappingProxyType({})) -> None:
        self._base = next((path for path, mark in directories.items() if mark == "<basetemp>"), None)
        self._known, self._pattern = _known(root, _cwd(), tempfile.gettempdir(), tuple(directories.items()))

    def mask(self, text: str) -> str:
        """Return a text with masks for the directories of this machine, as in `<root>/data/cities.json`."""
        text = self._pattern.sub(lambda found: self._known[found[0]], text)
        if "<tmp>" in text:
            text = _PYTEST_TMP.sub("<basetemp>", text)
        if "<basetemp>" in text:
            text = _BELOW_BASE.sub(self._without_number, text)
        return text

    def _without_number(self, found: re.Match[str]) -> str:
        """Remove the number that pytest added to a directory; pytest links the latest directory under the bare name."""
        numbered = self._base is not None and os.path.lexists(os.path.join(self._base, f"{found[1]}current"))
        return found[0].removesuffix(found[2]) if numbered else found[0]


def _cwd() -> str | None:
    try:
        return os.getcwd()
    except FileNotFoundError:
        return None


@lru_cache(maxsize=16)
def _known(
    root: Path | None, cwd: str | None, tmp: str, directories: tuple[tuple[str, str], ...]
) -> tuple[dict[str, str], re.Pattern[str]]:
    places: Iterable[tuple[str | Path | None, str]] = (
        (Path.home(), "<home>"),
        (tmp, "<tmp>"),
        (os.path.realpath(tmp), "<tmp>"),
        (sys.base_prefix, "<python>"),
        (sys.prefix, "<python>"),
        (None if cwd and root and Path(cwd).is_relative_to(root) else cwd, "<cwd>"),
        (root, "<root>"),
        *directories,
    )
    known = {str(path): mask for path, mask in places if path and len(str(path)) > 1}
    known |= {path.replace("\\", "\\\\"): mask for path, mask in known.items()}  # as JSON writes them
    longest_first = sorted(known, key=len, reverse=True)
    return known, re.compile(rf"(?<![\w.~-])(?:{'|'.join(map(re.escape, longest_first))})(?![\w-])")

"""Directories of this machine, and what stands for them: only known places are masked, other paths are data."""

from __future__ import annotations

import os
import re
import sys
import tempfile
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

_PYTEST_TMP = re.compile(r'<tmp>/pytest-of-[^/\s"]+/pytest-\d+(?:/popen-gw\d+)?')
_TMP_NAME = re.compile(r"<tmp>/tmp[a-z0-9_]{8}(?![a-z0-9_])")


class Places:
    """Masks the project, the interpreter, the temporary directory and the user's home."""

    def __init__(self, root: Path | None = None) -> None:
        self._known, self._pattern = _known(root, os.getcwd(), tempfile.gettempdir())

    def mask(self, text: str) -> str:
        """Return a text without what differs between machines, as in `<root>/data/cities.json`."""
        text = self._pattern.sub(lambda found: self._known[found[0]], text)
        if "<tmp>" in text:
            text = _TMP_NAME.sub("<tmp>/<name>", _PYTEST_TMP.sub("<tmp_path>", text))
        return text


@lru_cache(maxsize=16)
def _known(root: Path | None, cwd: str, tmp: str) -> tuple[dict[str, str], re.Pattern[str]]:
    places: Iterable[tuple[str | Path | None, str]] = (
        (Path.home(), "<home>"),
        (tmp, "<tmp>"),
        (os.path.realpath(tmp), "<tmp>"),
        (sys.base_prefix, "<python>"),
        (sys.prefix, "<python>"),
        (cwd, "<root>"),
        (root, "<root>"),
    )
    known = {str(path): mask for path, mask in places if path and len(str(path)) > 1}
    known |= {path.replace("\\", "\\\\"): mask for path, mask in known.items()}  # as they stand in JSON
    longest_first = sorted(known, key=len, reverse=True)
    return known, re.compile(rf"(?<![\w.~-])(?:{'|'.join(map(re.escape, longest_first))})(?![\w-])")

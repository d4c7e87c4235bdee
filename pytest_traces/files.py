"""Writes a file in one step, so that no reader sees half of it; names files of tests; writes rows as lines."""

from __future__ import annotations

import json
import os
import re
from hashlib import sha256
from pathlib import Path
from typing import Any

_LONGEST = 180  # bytes: file systems allow 255, and suffixes follow


def replace_file(path: Path, text: str) -> None:
    """Write a text as UTF-8 and make its directory; raises `OSError` and leaves the old file if that fails.

    The target of a link is replaced, not the link. A pipe or a device, as `/dev/null`, is written to directly.
    """
    if path.exists() and not path.is_file():
        path.write_text(text, encoding="utf-8", newline="\n")
        return
    if path.is_symlink():
        path = path.resolve()
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.{os.getpid()}")  # the dot hides it from the file discovery of other workers
    try:
        aside.write_text(text, encoding="utf-8", newline="\n")
        aside.replace(path)
    except OSError:
        aside.unlink(missing_ok=True)
        raise


PAGE = b"<!doctype html"
"""The first bytes of every page."""
SAVED_RUN = b'{"pytest_traces"'
"""The first bytes of every saved run."""


def is_another(path: Path, first: bytes) -> bool:
    """Whether a file exists that does not begin with these bytes: an option that takes a file must not overwrite it."""
    try:
        with path.open("rb") as file:
            found = file.read(len(first)) if path.is_file() else b""
    except OSError:  # the writer tells it
        return False
    return found not in (b"", first)


def json_line(value: Any) -> str:
    """Return a value as one line of JSON; half a character, which no file can hold, becomes its escape.

    >>> json_line({"city": "Köln \\ud83d"})
    '{"city": "Köln \\\\ud83d"}'
    """
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "backslashreplace").decode()


def safe_name(name: str) -> str:
    """Return a name that every file system allows; different names get different ones.

    >>> safe_name("test_ask[Paris]")
    'test_ask[Paris]'
    """
    plain = re.sub(r"[^\w.,=+@\[\]-]", "_", name).encode()[:_LONGEST].decode(errors="ignore")
    return name if plain == name else f"{plain}~{sha256(name.encode()).hexdigest()[:8]}"

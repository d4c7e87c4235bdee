"""Writes a file in one step, so that no reader ever sees half of one."""

from __future__ import annotations

import os
from pathlib import Path


def replace_file(path: Path, text: str) -> None:
    """Write a text as UTF-8 and make its directory; raises `OSError` and leaves the old file if that fails."""
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.{os.getpid()}")  # dotted: the file discovery of other workers skips it
    try:
        aside.write_text(text, encoding="utf-8", newline="\n")
        aside.replace(path)
    except OSError:
        aside.unlink(missing_ok=True)
        raise

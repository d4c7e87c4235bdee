"""Notes which programs a test starts in processes of their own: what they record is not in its trace by itself."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pytest_traces.runtime.recording.branches import Patch
from pytest_traces.runtime.recording.context import harmless, here


def process_patches() -> list[Patch]:
    """Return the function to replace while a recording is open, and its wrapper."""
    return [(subprocess.Popen, "__init__", _watched_start)]


def name_of(command: Any) -> str:
    """Return the name of a program, for messages."""
    parts = [command] if isinstance(command, str | bytes | os.PathLike) else [*(command or ("a process",))]
    return Path(os.fsdecode(parts[0]).partition(" ")[0]).name


def _watched_start(start: Callable[..., None]) -> Callable[..., None]:
    def watched(process: Any, *args: Any, **options: Any) -> None:
        _note(args[0] if args else options.get("args"))
        start(process, *args, **options)

    return watched


@harmless
def _note(command: Any) -> None:
    place = here()
    if place is not None:
        place.recorder.gaps.silent.add(name_of(command))

"""Measures the cost for a suite that never uses the plugin: pytest with it, and without it."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.table import Row

_SYRUPY = ("-p", "syrupy")  # installed with this package, so that both sides load it
_NOTHING = ("-p", "nothing")  # for each `-p`, pytest searches the entry points of every package


def row(repeats: int) -> Row:
    """Run an empty test repeatedly, in turns with and without; return the least seconds of each side."""
    with tempfile.TemporaryDirectory() as directory:
        (Path(directory) / "nothing.py").touch()
        (Path(directory) / "test_nothing.py").write_text("def test_nothing():\n    pass\n")
        seconds: dict[bool, list[float]] = {True: [], False: []}
        for _ in range(repeats):
            for loaded in (True, False):
                seconds[loaded].append(_run(directory, ("-p", "pytest_traces.plugin") if loaded else _NOTHING))
    ours, theirs = min(seconds[True]), min(seconds[False])
    note = f"{(ours - theirs) * 1e3:+.1f} ms"
    return Row("pytest start-up, plugin unused", ours, "pytest without it", theirs, "≤ +3 ms", note)


def _run(directory: str, plugin: tuple[str, ...]) -> float:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *_SYRUPY, *plugin]
    alone = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONDONTWRITEBYTECODE": ""}
    before = _children()
    subprocess.run(command, cwd=directory, env={**os.environ, **alone}, check=True, capture_output=True)
    return _children() - before


def _children() -> float:
    """Return the processor time of all programs started so far."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime

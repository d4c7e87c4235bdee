"""Finds the saved runs that a path names: a file, or all files of a directory."""

from __future__ import annotations

from pathlib import Path

from pytest_traces.errors import TracesError
from pytest_traces.report.saved.files import load_run
from pytest_traces.report.saved.run import SavedRun


def load_runs(path: Path) -> list[SavedRun]:
    """Return the run of a file, or the runs of a directory; raises `TracesError` if there is none."""
    if not path.is_dir():
        try:
            return [load_run(path)]
        except OSError as error:
            raise TracesError(f"the saved run cannot be read: {error}") from None
    files = sorted(path.glob("*.jsonl"))
    if not files:
        raise TracesError(f"the directory {str(path)!r} holds no saved run")
    return [load_run(file) for file in files]

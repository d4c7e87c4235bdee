"""`--trace-save`: writes the run to a file."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from pytest_traces.report.saved.run import SavedRun


class SavedFile:
    """The file that a run is saved in."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._error = ""

    def finish(self, run: SavedRun, session: pytest.Session) -> None:
        """Write the file."""
        from pytest_traces.report.saved.files import save_run

        try:
            save_run(self._path, run)
        except OSError as error:
            self._error = str(error)

    def tell(self, terminal: Any) -> None:
        """Print why the file was not written."""
        if self._error:
            terminal.write_line(f"pytest-traces: the run could not be saved: {self._error}", yellow=True)

    def markdown(self) -> Iterable[str]:
        """Return nothing: the file is there."""
        return ()

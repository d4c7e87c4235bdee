"""Providers that keep runs on this machine: in memory, and in a file."""

from __future__ import annotations

import json
import threading
from collections import deque
from pathlib import Path

from pytest_traces.redaction.masking import redact
from pytest_traces.runtime.export.provider import FinishedRun, TracingProvider


class InMemoryTracingProvider(TracingProvider):
    """Keeps the latest runs in memory."""

    def __init__(self, limit: int = 1000) -> None:
        self._runs: deque[FinishedRun] = deque(maxlen=limit)

    @property
    def runs(self) -> tuple[FinishedRun, ...]:
        """The runs, in the order in which they ended."""
        return tuple(self._runs)

    def put(self, run: FinishedRun) -> None:
        self._runs.append(run)

    def get(self, run_id: str) -> FinishedRun | None:
        return next((run for run in self._runs if run.run_id == run_id), None)


class JsonlTracingProvider(TracingProvider):
    """Appends runs to a file that `Trace.load` and `pytest-traces show` read; secrets are masked."""

    def __init__(self, path: str | Path) -> None:
        self._path = Path(path)
        self._lock = threading.Lock()

    def put(self, run: FinishedRun) -> None:
        from pytest_traces.formats.jsonl.writing import HEADER, encode_rows

        with self._lock:
            is_new = not self._path.exists() or self._path.stat().st_size == 0
            rows = [HEADER] if is_new else []
            rows.extend(encode_rows(run.tree))
            with self._path.open("a", encoding="utf-8") as file:
                file.write("".join(f"{redact(json.dumps(row, ensure_ascii=False))}\n" for row in rows))

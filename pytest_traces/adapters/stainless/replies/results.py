"""Replies of endpoints without text: vectors, verdicts, pictures. Of large values the size is kept."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pytest_traces.adapters.stainless.replies.reply import Body, Reply, body_of, fields_of

_BYTES_OF_A_NUMBER = 4


class _Results(Reply):
    """The results in the rows of a body."""

    rows = "data"
    """The field of the rows."""

    def __init__(self, asked: Body) -> None:
        super().__init__(asked)
        self._results: list[Any] = []

    def take(self, body: Body) -> None:
        super().take(body)
        self._results = [self._read(row) for row in body.get(self.rows) or ()]

    def _read(self, row: Body) -> Any:
        """Return what is kept of a row."""
        raise NotImplementedError


class EmbeddingReply(_Results):
    """Vectors: how many, and of how many dimensions."""

    def _read(self, row: Body) -> Any:
        return _dimensions(row.get("embedding"))

    def output(self) -> Any:
        return {"embeddings": len(self._results), "dimensions": next(iter(self._results), 0)}


class ModerationReply(_Results):
    """Verdicts: whether an input was flagged, and as what."""

    rows = "results"

    def _read(self, row: Body) -> Any:
        categories = row.get("categories") or {}
        return {"flagged": row.get("flagged"), "categories": [name for name, holds in categories.items() if holds]}

    def output(self) -> Any:
        return self._results[0] if len(self._results) == 1 else self._results


class ImageReply(_Results):
    """Pictures: where they are, or how large."""

    def _read(self, row: Body) -> Any:
        kept = {key: row[key] for key in ("url", "revised_prompt") if row.get(key)}
        data = row.get("b64_json")
        return {**kept, "bytes": len(data) * 3 // 4} if data else kept

    def add(self, event: Any) -> Iterator[Any]:
        if str(fields_of(event).get("type")).endswith(".completed"):
            done = body_of(event)
            self.complete = True
            self.usage = done.get("usage")
            self._results.append(self._read(done))
        yield from ()

    def output(self) -> Any:
        return self._results


def _dimensions(vector: Any) -> int:
    """Count the numbers of a vector; the SDK asks for them as base64 of 32-bit floats."""
    return len(vector) * 3 // 4 // _BYTES_OF_A_NUMBER if isinstance(vector, str) else len(vector or ())

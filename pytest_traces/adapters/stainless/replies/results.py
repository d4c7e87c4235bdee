"""Replies of endpoints without text: vectors, verdicts, pictures. Of large values the size is kept."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pytest_traces.adapters.stainless.replies.reply import Body, Reply, body_of, fields_of

_BYTES_OF_A_NUMBER = 4


class EmbeddingReply(Reply):
    """Vectors: how many, and of how many dimensions."""

    def __init__(self, asked: Body) -> None:
        super().__init__(asked)
        self._vectors: list[Any] = []

    def take(self, body: Body) -> None:
        super().take(body)
        self._vectors = [row.get("embedding") for row in body.get("data") or ()]

    def output(self) -> Any:
        dimensions = _dimensions(self._vectors[0]) if self._vectors else 0
        return {"embeddings": len(self._vectors), "dimensions": dimensions}


class ModerationReply(Reply):
    """Verdicts: whether an input was flagged, and as what."""

    def __init__(self, asked: Body) -> None:
        super().__init__(asked)
        self._verdicts: list[Any] = []

    def take(self, body: Body) -> None:
        super().take(body)
        self._verdicts = [_verdict(result) for result in body.get("results") or ()]

    def output(self) -> Any:
        return self._verdicts[0] if len(self._verdicts) == 1 else self._verdicts


class ImageReply(Reply):
    """Pictures: where they are, or how large."""

    def __init__(self, asked: Body) -> None:
        super().__init__(asked)
        self._pictures: list[Any] = []

    def take(self, body: Body) -> None:
        super().take(body)
        self._pictures = [_picture(picture) for picture in body.get("data") or ()]

    def add(self, event: Any) -> Iterator[Any]:
        if str(fields_of(event).get("type")).endswith(".completed"):
            done = body_of(event)
            self.complete = True
            self.usage = done.get("usage")
            self._pictures.append(_picture(done))
        yield from ()

    def output(self) -> Any:
        return self._pictures


def _dimensions(vector: Any) -> int:
    """Count the numbers of a vector; the SDK asks for them as base64 of 32-bit floats."""
    return len(vector) * 3 // 4 // _BYTES_OF_A_NUMBER if isinstance(vector, str) else len(vector or ())


def _verdict(result: Body) -> dict[str, Any]:
    categories = result.get("categories") or {}
    return {"flagged": result.get("flagged"), "categories": [name for name, holds in categories.items() if holds]}


def _picture(picture: Body) -> dict[str, Any]:
    told = {key: picture[key] for key in ("url", "revised_prompt") if picture.get(key)}
    data = picture.get("b64_json")
    return {**told, "bytes": len(data) * 3 // 4} if data else told

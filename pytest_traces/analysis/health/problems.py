"""Problems that adapters report without an exception: tools that do not exist, steps a workflow skipped."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pytest_traces.model.span import SpanData
from pytest_traces.model.tree import SpanTree
from pytest_traces.model.words.event_types import SKIPPED, UNKNOWN_TOOL

UNNAMED = "?"
"""The name of a skipped step if its event gives none."""


def unknown_tools(spans: Iterable[SpanData]) -> list[SpanData]:
    """Return the calls of tools that do not exist; adapters record them as tools with the error `UNKNOWN_TOOL`."""
    return [span for span in spans if span.type == "tool" and span.error and span.error.type == UNKNOWN_TOOL]


def skipped_steps(tree: SpanTree) -> list[tuple[SpanData, str]]:
    """Return the skipped steps, each with its workflow; adapters emit them as `SKIPPED` events."""
    return [
        (tree.by_id[event.call_id], name)
        for event in tree.noted
        if event.type == SKIPPED and event.call_id in tree.by_id
        for name in _steps(event.payload)
    ]


def _steps(payload: Any) -> list[str]:
    """Read the names; in a file of another tool a `skipped` event may have any shape."""
    steps = payload.get("steps") if isinstance(payload, Mapping) else None
    return list(map(str, steps)) if isinstance(steps, (list, tuple)) else [UNNAMED]

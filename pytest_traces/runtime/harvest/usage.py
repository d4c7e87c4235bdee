"""Usage of a span that reports through our own tracing API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pytest_traces.model.building import trusted
from pytest_traces.model.usage import TOKEN_UNITS, ModelUsage, Usage

_UNITS = (*TOKEN_UNITS, "requests")


def reported(model: str, tokens: Mapping[str, int] | None, counters: Mapping[str, int] | None) -> Usage:
    """Return the tokens of one call of a model, and the counters of the span."""
    by_model: dict[str, ModelUsage] = {}
    if tokens is not None:
        units: dict[str, Any] = dict.fromkeys(_UNITS, 0) | {"cost_usd": None, "other": {}}
        by_model[model] = trusted(ModelUsage, {**units, **tokens})
    said = trusted(Usage, {"by_model": by_model, "counters": {}, "unreported": ()})
    return said + Usage.from_flat(counters) if counters else said

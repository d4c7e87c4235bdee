"""Usage of a span that reports through our own tracing API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pytest_traces.model.building import trusted
from pytest_traces.model.consumption.model_usage import UNITS, ModelUsage, settle_total
from pytest_traces.model.consumption.usage import Usage
from pytest_traces.model.words.compared import Keys

_UNKNOWN: Mapping[str, Any] = {**dict.fromkeys(UNITS), "other": {}, "unreported": {}}


def reported(model: str, tokens: Mapping[str, int] | None, counters: Mapping[str, int] | None) -> Usage:
    """Return the tokens of one call of a model, and the counters of the span."""
    by_model: dict[str, ModelUsage] = {}
    if tokens is not None:
        by_model[model] = trusted(ModelUsage, settle_total({**_UNKNOWN, **tokens}))
    counted = trusted(Usage, {"by_model": Keys(by_model), "counters": Keys(), "unreported": ()})
    return Usage.merged([counted, Usage.from_flat(counters)]) if counters else counted

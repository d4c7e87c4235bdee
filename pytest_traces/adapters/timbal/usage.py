"""Timbal's counts in our units."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from timbal.state import get_call_id
from timbal.state.context import RunContext

from pytest_traces.adapters.toolkit.patches import Patches
from pytest_traces.adapters.toolkit.source import Source
from pytest_traces.conventions.units import TIMBAL, add_count
from pytest_traces.model.consumption.model_usage import ModelUsage
from pytest_traces.model.consumption.usage import Usage


def watch_usage(made: Patches, source: Source) -> None:
    """Record each count that Timbal adds to a call; the counts that it adds to all calls above are sums."""

    def record(_: None, context: Any, key: str, value: int) -> None:
        span = source.find(get_call_id() or context._trace._root_call_id)
        if span.record is not None and not key.startswith("tracing:"):  # these counts are times, no usage
            with span.guard():
                counts: dict[str, int] = span.state.counts
                counts[key] = counts.get(key, 0) + value
                span.update(own_usage=canonical(counts, requests=1 if span.record.type == "llm" else 0))

    made.after(RunContext, "update_usage", record)


def canonical(counts: Mapping[str, int], *, requests: int) -> Usage:
    """Return Timbal's flat counts of one call as usage."""
    models: dict[str, dict[str, Any]] = {}
    counters: dict[str, int] = {}
    for key, count in counts.items():
        model, _, unit = key.rpartition(":")
        if "/" not in model or unit == "requests":  # only tools count plain requests
            counters[key] = count
            continue
        used = models.setdefault(model, {})
        adds_to = _adds_to(unit)
        add_count(used, adds_to, count)
        if adds_to != (unit,) or unit in ModelUsage.model_fields:
            used["requests"] = requests
    return Usage(by_model={model: ModelUsage(**used) for model, used in models.items()}, counters=counters)


def _adds_to(unit: str) -> tuple[str, ...]:
    """Return what a unit adds to; units of a pricing tier, as in `input_tokens_long_context`, to the same."""
    tiers = (known for known in TIMBAL if unit.startswith(f"{known}_"))
    return TIMBAL.get(unit) or TIMBAL.get(next(tiers, ""), (unit,))

"""Timbal's counts in our units."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from weakref import WeakKeyDictionary

from timbal.state import get_call_id

from pytest_traces.adapters.timbal.calls import Calls
from pytest_traces.model.model_usage import ModelUsage
from pytest_traces.model.usage import Usage
from pytest_traces.runtime.recording.recorder import Record

_UNITS: Mapping[str, tuple[str, ...]] = {
    "input_text_tokens": ("input_tokens",),
    "input_tokens": ("input_tokens",),
    "input_cached_tokens": ("input_tokens", "cached_input_tokens"),
    "cache_read_input_tokens": ("input_tokens", "cached_input_tokens"),
    "input_cache_write_tokens": ("input_tokens", "cache_creation_input_tokens"),
    "cache_creation_input_tokens": ("input_tokens", "cache_creation_input_tokens"),
    "ephemeral_5m_input_tokens": ("input_tokens", "cache_creation_input_tokens"),
    "ephemeral_1h_input_tokens": ("input_tokens", "cache_creation_input_tokens"),
    "input_audio_tokens": ("input_tokens", "other"),
    "output_text_tokens": ("output_tokens",),
    "output_tokens": ("output_tokens",),
    "output_audio_tokens": ("output_tokens", "other"),
}
"""What each of Timbal's units adds to. Its units are disjoint; our `input_tokens` hold the cached ones."""


def watch_usage(update: Callable[..., None], calls: Calls) -> Callable[..., None]:
    """Wrap `RunContext.update_usage`, which adds a count to a call and to all above it: only the first is ours."""
    counted: WeakKeyDictionary[Record, dict[str, int]] = WeakKeyDictionary()

    def update_usage(self: Any, key: str, value: int) -> None:
        update(self, key, value)
        record = calls.get(get_call_id() or self._trace._root_call_id or "")
        if record is not None and not key.startswith("tracing:"):  # these tell of time, not of the program
            with record.recorder.guard("timbal"):
                counts = counted.setdefault(record, {})
                counts[key] = counts.get(key, 0) + value
                record.set(own_usage=canonical(counts, requests=1 if record.type == "llm" else 0))

    return update_usage


def canonical(counts: Mapping[str, int], *, requests: int) -> Usage:
    """Return Timbal's flat counts of one call as usage."""
    models: dict[str, dict[str, Any]] = {}
    counters: dict[str, int] = {}
    for key, count in counts.items():
        model, _, unit = key.rpartition(":")
        if "/" not in model or unit == "requests":  # only tools count plain requests
            counters[key] = count
            continue
        used = models.setdefault(model, {"other": {}})
        for field in _fields(unit):
            if field == "other":
                used["other"][unit] = count
            else:
                used[field] = used.get(field, 0) + count
                used["requests"] = requests
    return Usage(by_model={model: ModelUsage(**used) for model, used in models.items()}, counters=counters)


def _fields(unit: str) -> tuple[str, ...]:
    """Return what a unit adds to; units of a pricing tier, as in `input_tokens_long_context`, to the same."""
    tiers = (known for known in _UNITS if unit.startswith(f"{known}_"))
    return _UNITS.get(unit) or _UNITS.get(next(tiers, ""), ("other",))

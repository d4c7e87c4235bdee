"""Units of usage as tables: each unit of a provider or framework, and the units of ours that it adds to.

Our `input_tokens` and `output_tokens` are totals: cached tokens and reasoning are parts of them. Some providers report
only parts, so one of their units adds to several of ours.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pytest_traces.conventions.lookup import MAX_COUNT, as_count, decoded
from pytest_traces.model.consumption.model_usage import UNITS, ModelUsage

Units = Mapping[str, tuple[str, ...]]
"""A unit of a provider, with dots for nesting, and the units of ours that it adds to; unknown ones become `other`."""

OPENAI: Units = {
    "prompt_tokens": ("input_tokens",),
    "prompt_tokens_details.cached_tokens": ("cached_input_tokens",),
    "prompt_tokens_details.cache_write_tokens": ("cache_creation_input_tokens",),
    "prompt_tokens_details.audio_tokens": ("input_audio_tokens",),
    "completion_tokens": ("output_tokens",),
    "completion_tokens_details.reasoning_tokens": ("reasoning_tokens",),
    "completion_tokens_details.audio_tokens": ("output_audio_tokens",),
    "input_tokens": ("input_tokens",),
    "input_tokens_details.cached_tokens": ("cached_input_tokens",),
    "input_tokens_details.cache_write_tokens": ("cache_creation_input_tokens",),
    "output_tokens": ("output_tokens",),
    "output_tokens_details.reasoning_tokens": ("reasoning_tokens",),
}
"""Chat completions, embeddings and responses; the Agents SDK repeats the units of responses."""

ANTHROPIC: Units = {
    "input_tokens": ("input_tokens",),
    "cache_read_input_tokens": ("input_tokens", "cached_input_tokens"),
    "cache_creation_input_tokens": ("input_tokens", "cache_creation_input_tokens"),
    "output_tokens": ("output_tokens",),
    "output_tokens_details.thinking_tokens": ("reasoning_tokens",),
}
"""Messages: `input_tokens` leaves out tokens that were read from a cache or written to one."""

LANGCHAIN: Units = {
    "input_tokens": ("input_tokens",),
    "input_token_details.cache_read": ("cached_input_tokens",),
    "input_token_details.cache_creation": ("cache_creation_input_tokens",),
    "input_token_details.ephemeral_5m_input_tokens": ("cache_creation_input_tokens",),
    "input_token_details.ephemeral_1h_input_tokens": ("cache_creation_input_tokens",),
    "input_token_details.audio": ("input_audio_tokens",),
    "output_tokens": ("output_tokens",),
    "output_token_details.reasoning": ("reasoning_tokens",),
    "output_token_details.audio": ("output_audio_tokens",),
}
"""`usage_metadata`; its `cache_creation` is 0 if the two ephemeral counts are reported."""

PYDANTIC_AI: Units = {
    "input_tokens": ("input_tokens",),
    "cache_read_tokens": ("cached_input_tokens",),
    "cache_write_tokens": ("cache_creation_input_tokens",),
    "input_audio_tokens": ("input_audio_tokens",),
    "output_tokens": ("output_tokens",),
    "output_reasoning_tokens": ("reasoning_tokens",),
    "output_audio_tokens": ("output_audio_tokens",),
}
"""`RequestUsage`: its totals include their parts, with every provider."""

TIMBAL: Units = {
    "input_text_tokens": ("input_tokens",),
    "input_tokens": ("input_tokens",),
    "input_cached_tokens": ("input_tokens", "cached_input_tokens"),
    "cache_read_input_tokens": ("input_tokens", "cached_input_tokens"),
    "input_cache_write_tokens": ("input_tokens", "cache_creation_input_tokens"),
    "cache_creation_input_tokens": ("input_tokens", "cache_creation_input_tokens"),
    "ephemeral_5m_input_tokens": ("input_tokens", "cache_creation_input_tokens"),
    "ephemeral_1h_input_tokens": ("input_tokens", "cache_creation_input_tokens"),
    "input_audio_tokens": ("input_tokens", "input_audio_tokens"),
    "output_text_tokens": ("output_tokens",),
    "output_tokens": ("output_tokens",),
    "output_audio_tokens": ("output_tokens", "output_audio_tokens"),
}
"""Its units are disjoint."""

TRACIUM: Units = {
    "input_tokens": ("input_tokens",),
    "cached_input_tokens": ("cached_input_tokens",),
    "cache_creation_input_tokens": ("cache_creation_input_tokens",),
    "output_tokens": ("output_tokens",),
}
"""Units of programs, and of most integrations of Tracium."""

TRACIUM_DISJOINT: Units = {
    **TRACIUM,
    "cached_input_tokens": ("input_tokens", "cached_input_tokens"),
    "cache_creation_input_tokens": ("input_tokens", "cache_creation_input_tokens"),
}
"""Units of Tracium's integrations of OpenAI and Anthropic: `input_tokens` leaves out cached tokens."""


LANGFUSE: Units = {
    "input": ("input_tokens",),
    "input_cache_read": ("input_tokens", "cached_input_tokens"),
    "input_cached_tokens": ("input_tokens", "cached_input_tokens"),
    "cache_read_input_tokens": ("input_tokens", "cached_input_tokens"),
    "input_cache_creation": ("input_tokens", "cache_creation_input_tokens"),
    "cache_creation_input_tokens": ("input_tokens", "cache_creation_input_tokens"),
    "output": ("output_tokens",),
    "output_reasoning": ("output_tokens", "reasoning_tokens"),
    "output_reasoning_tokens": ("output_tokens", "reasoning_tokens"),
    "prompt_tokens": ("input_tokens",),
    "prompt_tokens_details.cached_tokens": ("cached_input_tokens",),
    "completion_tokens": ("output_tokens",),
    "completion_tokens_details.reasoning_tokens": ("reasoning_tokens",),
}
"""`usage_details`: disjoint units that add up to a total, or the units of OpenAI's chats unchanged."""


def count_usage(
    units: Units, reported: Mapping[str, Any], *, requests: int = 1, cost_usd: float | None = None
) -> ModelUsage | None:
    """Return the usage of a model; `None` if no unit is known, or a count is invalid.

    >>> count_usage(ANTHROPIC, {"input_tokens": 5, "cache_read_input_tokens": 95, "output_tokens": 20}).input_tokens
    100
    """
    used = count_units(units, reported)
    return ModelUsage.of_call({**used, "requests": requests, "cost_usd": cost_usd}) if used else None


def count_units(units: Units, reported: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the counts of our units; `None` if a count is invalid."""
    used: dict[str, Any] = {}
    return used if _add_units(used, units, reported) else None


def add_count(used: dict[str, Any], adds_to: Iterable[str], amount: int) -> None:
    """Add a count to the fields of a `ModelUsage`; a unit without a field is added to `other`."""
    for unit in adds_to:
        place = used if unit in UNITS else used.setdefault("other", {})
        place[unit] = place.get(unit, 0) + amount


def _add_units(used: dict[str, Any], units: Units, reported: Mapping[str, Any], *, prefix: str = "") -> bool:
    """Add the counts of known units, with their nested parts; returns whether all are counts."""
    for unit, found in reported.items():
        name = f"{prefix}{unit}"
        if type(found) is not int and isinstance(found, Mapping):  # the check is slow, and most are counts
            if not _add_units(used, units, found, prefix=f"{name}."):
                return False
        elif name in units and found is not None:
            is_count = type(found) is int and 0 <= found < MAX_COUNT  # nearly all counts; other values are checked
            counted = found if is_count else as_count(decoded(found))
            if counted is None:
                return False
            add_count(used, units[name], counted)
    return True

"""Reads the usage of a model call from the attributes of each convention."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pytest_traces.conventions.lookup import Key, amount, as_count, first
from pytest_traces.conventions.units import LANGFUSE, count_units
from pytest_traces.model.consumption.model_usage import ModelUsage
from pytest_traces.model.consumption.usage import Usage
from pytest_traces.model.words.span_types import MODEL_CALLS

_U = "gen_ai.usage"
_T = "llm.token_count"
_LF = "langfuse.observation"
_ML = "mlflow.chat.tokenUsage"

TOKENS: dict[str, tuple[Key, ...]] = {  # export uses the first name of each unit
    "input_tokens": (
        f"{_U}.input_tokens",
        f"{_U}.prompt_tokens",
        f"{_T}.prompt",
        "llm.usage.prompt_tokens",
        "ai.usage.inputTokens",
        "ai.usage.promptTokens",
        "ai.usage.tokens",
        (_ML, "input_tokens"),
    ),
    "output_tokens": (
        f"{_U}.output_tokens",
        f"{_U}.completion_tokens",
        f"{_T}.completion",
        "llm.usage.completion_tokens",
        "ai.usage.outputTokens",
        "ai.usage.completionTokens",
        (_ML, "output_tokens"),
    ),
    "cached_input_tokens": (
        f"{_U}.cache_read.input_tokens",
        f"{_U}.cache_read_input_tokens",
        f"{_T}.prompt_details.cache_read",
        f"{_U}.details.cache_read_tokens",
        "ai.usage.cachedInputTokens",
        (_ML, "cache_read_input_tokens"),
    ),
    "cache_creation_input_tokens": (
        f"{_U}.cache_creation.input_tokens",
        f"{_U}.cache_write.input_tokens",
        f"{_U}.cache_creation_input_tokens",
        f"{_U}.cache_write_input_tokens",
        f"{_U}.details.cache_write_tokens",
        f"{_T}.prompt_details.cache_write",
        (_ML, "cache_creation_input_tokens"),
    ),
    "reasoning_tokens": (
        f"{_U}.reasoning.output_tokens",
        f"{_U}.reasoning_tokens",
        f"{_T}.completion_details.reasoning",
        f"{_U}.details.reasoning_tokens",
        "ai.usage.reasoningTokens",
    ),
    "total_tokens": (
        f"{_U}.total_tokens",
        "llm.usage.total_tokens",
        f"{_T}.total",
        "ai.usage.totalTokens",
        (f"{_LF}.usage_details", "total"),
        (_ML, "total_tokens"),
    ),
}

OTHER_UNITS: dict[str, tuple[Key, ...]] = {
    "input_audio_tokens": (f"{_U}.audio.input_tokens", f"{_T}.prompt_details.audio"),
    "output_audio_tokens": (f"{_U}.audio.output_tokens", f"{_T}.completion_details.audio"),
    "input_image_tokens": (f"{_U}.image.input_tokens",),
    "output_image_tokens": (f"{_U}.image.output_tokens",),
    "input_text_tokens": (f"{_U}.text.input_tokens",),
    "output_text_tokens": (f"{_U}.text.output_tokens",),
}

COST: tuple[Key, ...] = (
    "operation.cost",
    "llm.cost.total",
    f"{_U}.cost",
    ("mlflow.llm.cost", "total_cost"),
    (f"{_LF}.cost_details", "total"),
)


def read_usage(attributes: Mapping[str, Any], type: str, model: str) -> Usage | None:
    """Return the usage that a model call reported; `None` if it reported none or an invalid count.

    Usage of agents and workflows repeats that of the calls below them, so it is never read.
    """
    if type not in MODEL_CALLS:
        return None
    reported, other = _tokens(attributes), _counts(attributes, OTHER_UNITS)
    if not reported or other is None:
        return None
    cost = amount(attributes, COST)
    return Usage.of_call(model, ModelUsage.of_call({**reported, "requests": 1, "cost_usd": cost, "other": other}))


def miscounts(attributes: Mapping[str, Any]) -> bool:
    """Return whether a count is negative, a fraction or no number; the usage of the call is then unknown."""
    return _tokens(attributes) is None or _counts(attributes, OTHER_UNITS) is None


def _tokens(attributes: Mapping[str, Any]) -> dict[str, int] | None:
    """Return the reported tokens; parts that Langfuse reports are added up."""
    counts = _counts(attributes, TOKENS)
    parts = first(attributes, [f"{_LF}.usage_details"])
    if counts is None or not isinstance(parts, Mapping):
        return counts
    added_up = count_units(LANGFUSE, parts)
    return None if added_up is None else {**added_up, **counts}


def _counts(attributes: Mapping[str, Any], units: Mapping[str, Iterable[Key]]) -> dict[str, int] | None:
    """Return the reported units; `None` if a count is invalid."""
    counts: dict[str, int] = {}
    for unit, keys in units.items():
        found = first(attributes, keys)
        counted = as_count(found)
        if counted is not None:
            counts[unit] = counted
        elif found is not None:
            return None
    return counts

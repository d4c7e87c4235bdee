"""What a model call consumed, by the attributes of each convention."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pytest_traces.conventions.lookup import Key, amount, count, first
from pytest_traces.model.consumption.model_usage import ModelUsage
from pytest_traces.model.consumption.usage import Usage
from pytest_traces.model.words.span_types import MODEL_CALLS

_U = "gen_ai.usage"
_T = "llm.token_count"
_LF = "langfuse.observation"
_ML = "mlflow.chat.tokenUsage"

TOKENS: dict[str, tuple[Key, ...]] = {  # the first name of each is written
    "input_tokens": (
        f"{_U}.input_tokens",
        f"{_U}.prompt_tokens",
        f"{_T}.prompt",
        "llm.usage.prompt_tokens",
        "ai.usage.inputTokens",
        "ai.usage.promptTokens",
        "ai.usage.tokens",
        (f"{_LF}.usage_details", "input"),
        (_ML, "input_tokens"),
    ),
    "output_tokens": (
        f"{_U}.output_tokens",
        f"{_U}.completion_tokens",
        f"{_T}.completion",
        "llm.usage.completion_tokens",
        "ai.usage.outputTokens",
        "ai.usage.completionTokens",
        (f"{_LF}.usage_details", "output"),
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
    """Return what a model call reported; `None` if it reported nothing, or a count that is no count.

    The usage of agents and workflows repeats that of the calls below them, so it is never read.
    """
    if type not in MODEL_CALLS or miscounts(attributes):
        return None
    counts = {unit: count(attributes, keys) for unit, keys in TOKENS.items()}
    reported: dict[str, Any] = {unit: found for unit, found in counts.items() if found is not None}
    if not reported:
        return None
    other = {unit: count(attributes, keys) for unit, keys in OTHER_UNITS.items()}
    used = ModelUsage(
        **reported,
        requests=1,
        cost_usd=amount(attributes, COST),
        other={unit: found for unit, found in other.items() if found is not None},
    )
    return Usage(by_model={model: used})


def miscounts(attributes: Mapping[str, Any]) -> bool:
    """Return whether a count is negative, a fraction or no number: then the usage of the call is unknown."""
    return any(_miscounts(attributes, keys) for keys in (*TOKENS.values(), *OTHER_UNITS.values()))


def _miscounts(attributes: Mapping[str, Any], keys: Iterable[Key]) -> bool:
    return first(attributes, keys) is not None and count(attributes, keys) is None

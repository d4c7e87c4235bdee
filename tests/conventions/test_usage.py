"""Each convention's words for what a model call used."""

from __future__ import annotations

import json

import pytest

from tests.conventions.words import LLM, read

INPUT = {"gen_ai.usage.input_tokens": 100}


@pytest.mark.parametrize(
    "attributes",
    [
        {"gen_ai.usage.input_tokens": 100, "gen_ai.usage.output_tokens": 20},
        {"gen_ai.usage.prompt_tokens": 100, "gen_ai.usage.completion_tokens": 20},
        {"llm.token_count.prompt": 100, "llm.token_count.completion": 20},
        {"llm.usage.prompt_tokens": 100, "llm.usage.completion_tokens": 20},
        {"ai.usage.inputTokens": 100, "ai.usage.outputTokens": 20},
        {"ai.usage.promptTokens": 100.0, "ai.usage.completionTokens": "20"},
        {"langfuse.observation.usage_details": '{"input": 100, "output": 20}'},
        {"langfuse.observation.usage_details": '{"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120}'},
        {"mlflow.chat.tokenUsage": '{"input_tokens": 100, "output_tokens": 20}'},
        {"gen_ai.usage.total_tokens": 120, "gen_ai.usage.output_tokens": 20},
        {"gen_ai.usage.input_tokens": 100, "gen_ai.usage.prompt_tokens": 7, "gen_ai.usage.output_tokens": 20},
    ],
)
def test_each_convention_counts_tokens(attributes):
    counts = {"gpt-4o:input_tokens": 100, "gpt-4o:output_tokens": 20, "gpt-4o:requests": 1}
    assert read(LLM | attributes).own_usage.flat() == counts


@pytest.mark.parametrize(
    "details",
    [
        {"input": 88, "input_cache_read": 12, "output": 15, "output_reasoning": 5, "total": 120},
        {"input": 88, "cache_read_input_tokens": 12, "output": 15, "output_reasoning_tokens": 5},
        {
            "prompt_tokens": 100,
            "prompt_tokens_details": {"cached_tokens": 12},
            "completion_tokens": 20,
            "completion_tokens_details": {"reasoning_tokens": 5},
        },
    ],
)
def test_usage_that_langfuse_reports_in_parts_is_added_up(details):
    used = read(LLM | {"langfuse.observation.usage_details": json.dumps(details)}).own_usage
    assert (used.input_tokens, used.cached_input_tokens) == (100, 12)
    assert (used.output_tokens, used.reasoning_tokens, used.total_tokens) == (20, 5, 120)


def test_a_part_of_langfuse_that_is_no_count_makes_the_usage_unknown():
    assert read(LLM | {"langfuse.observation.usage_details": '{"input": "many", "output": 20}'}).own_usage is None


@pytest.mark.parametrize(
    ("attribute", "unit"),
    [
        ("gen_ai.usage.cache_read.input_tokens", "cached_input_tokens"),
        ("gen_ai.usage.cache_read_input_tokens", "cached_input_tokens"),
        ("llm.token_count.prompt_details.cache_read", "cached_input_tokens"),
        ("gen_ai.usage.details.cache_read_tokens", "cached_input_tokens"),
        ("ai.usage.cachedInputTokens", "cached_input_tokens"),
        ("gen_ai.usage.cache_write.input_tokens", "cache_creation_input_tokens"),
        ("gen_ai.usage.cache_creation.input_tokens", "cache_creation_input_tokens"),
        ("gen_ai.usage.cache_creation_input_tokens", "cache_creation_input_tokens"),
        ("gen_ai.usage.cache_write_input_tokens", "cache_creation_input_tokens"),
        ("gen_ai.usage.details.cache_write_tokens", "cache_creation_input_tokens"),
        ("llm.token_count.prompt_details.cache_write", "cache_creation_input_tokens"),
        ("gen_ai.usage.reasoning.output_tokens", "reasoning_tokens"),
        ("gen_ai.usage.reasoning_tokens", "reasoning_tokens"),
        ("llm.token_count.completion_details.reasoning", "reasoning_tokens"),
        ("gen_ai.usage.details.reasoning_tokens", "reasoning_tokens"),
        ("ai.usage.reasoningTokens", "reasoning_tokens"),
        ("gen_ai.usage.audio.input_tokens", "input_audio_tokens"),
        ("gen_ai.usage.image.output_tokens", "output_image_tokens"),
        ("llm.token_count.completion_details.audio", "output_audio_tokens"),
        ("operation.cost", "cost_usd"),
        ("llm.cost.total", "cost_usd"),
        ("gen_ai.usage.cost", "cost_usd"),
    ],
)
def test_each_convention_tells_the_parts(attribute, unit):
    assert read(LLM | INPUT | {attribute: 7}).own_usage.flat()[f"gpt-4o:{unit}"] == 7


@pytest.mark.parametrize(
    ("attribute", "field"), [("mlflow.llm.cost", "total_cost"), ("langfuse.observation.cost_details", "total")]
)
def test_a_cost_may_be_a_field_of_an_attribute(attribute, field):
    assert read(LLM | INPUT | {attribute: f'{{"{field}": 0.25}}'}).own_usage.cost_usd == 0.25


@pytest.mark.parametrize(
    "total", ["gen_ai.usage.total_tokens", "llm.usage.total_tokens", "llm.token_count.total", "ai.usage.totalTokens"]
)
def test_a_total_without_parts_is_a_total_of_unknown_parts(total):
    assert read(LLM | {total: 120}).own_usage.flat() == {"gpt-4o:total_tokens": 120, "gpt-4o:requests": 1}


def test_a_model_call_without_usage_has_none():
    assert read(LLM).own_usage is None


@pytest.mark.parametrize("count", [float("nan"), "NaN", -1, 1.5, True, 10**30, "many", [1], None])
@pytest.mark.parametrize("more", [{}, {"gen_ai.operation.name": "embeddings"}, {"error.type": "CancelledError"}])
def test_one_count_that_is_no_count_makes_the_usage_of_the_call_unknown(count, more):
    usage = read(LLM | {"gen_ai.usage.input_tokens": count, "gen_ai.usage.output_tokens": 3} | more).own_usage
    assert usage is None if count is not None else usage.output_tokens == 3


def test_a_failed_call_with_a_count_that_is_no_count_is_unreported():
    usage = read(LLM | {"gen_ai.usage.input_tokens": -1, "error.type": "KeyError"}).own_usage
    assert (usage.by_model, usage.unreported) == ({}, ("work",))


@pytest.mark.parametrize("operation", ["invoke_agent", "invoke_workflow", "execute_tool"])
@pytest.mark.parametrize("prefix", ["gen_ai.usage", "gen_ai.aggregated_usage"])
def test_usage_that_an_agent_or_a_workflow_repeats_is_not_counted(operation, prefix):
    assert read({"gen_ai.operation.name": operation, f"{prefix}.input_tokens": 100}).own_usage is None


def test_the_sum_of_pydantic_ai_is_never_counted():
    assert read(LLM | {"gen_ai.aggregated_usage.input_tokens": 100}).own_usage is None

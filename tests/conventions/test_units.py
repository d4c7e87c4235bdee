"""Units of usage: what providers report, in their own shape and in ours."""

from __future__ import annotations

import pytest
from anthropic.types import Usage as AnthropicUsage
from openai.types import CompletionUsage
from openai.types.responses import ResponseUsage

from pytest_traces.conventions.units import (
    ANTHROPIC,
    LANGCHAIN,
    OPENAI,
    TIMBAL,
    TRACIUM,
    TRACIUM_DISJOINT,
    count_usage,
)
from pytest_traces.model.consumption.model_usage import UNITS, ModelUsage

SAME = ModelUsage(
    input_tokens=100, output_tokens=20, cached_input_tokens=60, cache_creation_input_tokens=30, requests=1
)


@pytest.mark.parametrize(
    ("units", "reported"),
    [
        (
            OPENAI,
            {
                "prompt_tokens": 100,
                "prompt_tokens_details": {"cached_tokens": 60, "cache_write_tokens": 30},
                "completion_tokens": 20,
                "total_tokens": 120,
            },
        ),
        (
            OPENAI,
            {
                "input_tokens": 100,
                "input_tokens_details": {"cached_tokens": 60, "cache_write_tokens": 30},
                "output_tokens": 20,
            },
        ),
        (
            ANTHROPIC,
            {
                "input_tokens": 10,
                "cache_read_input_tokens": 60,
                "cache_creation_input_tokens": 30,
                "cache_creation": {"ephemeral_5m_input_tokens": 30, "ephemeral_1h_input_tokens": 0},
                "output_tokens": 20,
            },
        ),
        (
            LANGCHAIN,
            {
                "input_tokens": 100,
                "input_token_details": {"cache_read": 60, "cache_creation": 30},
                "output_tokens": 20,
                "total_tokens": 120,
            },
        ),
        (
            LANGCHAIN,
            {
                "input_tokens": 100,
                "input_token_details": {
                    "cache_read": 60,
                    "cache_creation": 0,
                    "ephemeral_5m_input_tokens": 10,
                    "ephemeral_1h_input_tokens": 20,
                },
                "output_tokens": 20,
            },
        ),
        (
            TIMBAL,
            {
                "input_text_tokens": 10,
                "input_cached_tokens": 60,
                "input_cache_write_tokens": 30,
                "output_text_tokens": 20,
            },
        ),
        (
            TRACIUM,
            {
                "input_tokens": 100,
                "cached_input_tokens": 60,
                "cache_creation_input_tokens": 30,
                "output_tokens": 20,
            },
        ),
        (
            TRACIUM_DISJOINT,
            {
                "input_tokens": 10,
                "cached_input_tokens": 60,
                "cache_creation_input_tokens": 30,
                "output_tokens": 20,
            },
        ),
    ],
)
def test_each_table_counts_the_same_call_the_same(units, reported):
    assert count_usage(units, reported) == SAME


@pytest.mark.parametrize(
    ("units", "reported"),
    [
        (OPENAI, {"completion_tokens": 20, "completion_tokens_details": {"reasoning_tokens": 7}}),
        (OPENAI, {"output_tokens": 20, "output_tokens_details": {"reasoning_tokens": 7}}),
        (ANTHROPIC, {"output_tokens": 20, "output_tokens_details": {"thinking_tokens": 7}}),
        (LANGCHAIN, {"output_tokens": 20, "output_token_details": {"reasoning": 7}}),
    ],
)
def test_reasoning_is_a_part_of_the_output(units, reported):
    used = count_usage(units, reported)
    assert (used.output_tokens, used.reasoning_tokens) == (20, 7)


@pytest.mark.parametrize(
    ("units", "reported"),
    [
        (OPENAI, {"prompt_tokens": 12, "prompt_tokens_details": {"audio_tokens": 5}}),
        (LANGCHAIN, {"input_tokens": 12, "input_token_details": {"audio": 5}}),
        (TIMBAL, {"input_text_tokens": 7, "input_audio_tokens": 5}),
    ],
)
def test_audio_is_a_part_of_the_input(units, reported):
    used = count_usage(units, reported)
    assert (used.input_tokens, used.other) == (12, {"input_audio_tokens": 5})


def test_the_units_of_real_answers_are_known():
    chat = CompletionUsage(prompt_tokens=100, completion_tokens=20, total_tokens=120)
    response = ResponseUsage.model_validate(
        {
            "input_tokens": 100,
            "input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0},
            "output_tokens": 20,
            "output_tokens_details": {"reasoning_tokens": 0},
            "total_tokens": 120,
        }
    )
    message = AnthropicUsage(input_tokens=100, output_tokens=20)
    answers = [(OPENAI, chat), (OPENAI, response), (ANTHROPIC, message)]
    used = ModelUsage(input_tokens=100, output_tokens=20, requests=1)
    told = used.model_copy(update=dict.fromkeys(UNITS[2:5], 0))
    assert [count_usage(units, answer.model_dump()) for units, answer in answers] == [used, told, used]


@pytest.mark.parametrize("counted", [-1, 1.5, True, "many", float("nan"), 10**30, [1]])
def test_one_count_that_is_no_count_makes_the_usage_unknown(counted):
    assert count_usage(OPENAI, {"prompt_tokens": 100, "completion_tokens": counted}) is None


@pytest.mark.parametrize("reported", [{}, {"pages": 3}, {"prompt_tokens": None}])
def test_without_a_known_unit_the_usage_is_unknown(reported):
    assert count_usage(OPENAI, reported) is None

"""The committed counts."""

from __future__ import annotations

import pytest

from pytest_traces.errors import UnknownCondition
from pytest_traces.model.consumption.usage import Usage
from pytest_traces.snapshots.writing.usage import usage_text

USAGE = Usage.from_flat({"openai/x:output_tokens": 9, "openai/x:input_tokens": 32, "openai/x:cost_usd": 0.1, "rows": 7})


def test_one_count_a_line_sorted_and_without_money() -> None:
    assert usage_text(USAGE) == "openai/x:input_tokens = 32\nopenai/x:output_tokens = 9\nrows = 7"


def test_calls_that_reported_nothing_are_told() -> None:
    assert usage_text(Usage(unreported=("llm", "my llm", "llm"))) == (
        'llm reported no usage ×2\n"my llm" reported no usage ×1'
    )


def test_a_trace_without_usage_is_told_to_have_none() -> None:
    assert usage_text(Usage()) == "nothing was counted"


def test_counts_are_left_out_by_glob() -> None:
    assert usage_text(USAGE, "*_tokens") == "rows = 7"
    assert usage_text(USAGE, ["openai/*", "rows"]) == "nothing was counted"


def test_a_glob_that_matches_no_count_is_a_typo() -> None:
    with pytest.raises(UnknownCondition, match="unknown count to ignore 'rowz'; did you mean 'rows'"):
        usage_text(USAGE, "rowz")


def test_units_that_a_call_left_out_are_told_and_zeros_are_not() -> None:
    half = Usage.from_flat({"m/x:input_tokens": 9, "m/x:reasoning_tokens": 2})
    zero = Usage.from_flat({"m/x:input_tokens": 1, "m/x:output_tokens": 0})
    assert usage_text(half + half + zero) == (
        "m/x:input_tokens = 19\nm/x:reasoning_tokens = 4\n"
        "m/x reported no output_tokens ×2\nm/x reported no reasoning_tokens ×1"
    )
    assert usage_text(zero + zero) == "m/x:input_tokens = 2"
    assert usage_text(Usage.from_flat({"m/x:input_tokens": 0, "m/x:output_tokens": 0})) == "m/x:input_tokens = 0"

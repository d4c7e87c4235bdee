"""The `repr` of usage: one line, because a failed plain `assert` shows it."""

import pytest

from pytest_traces.model.consumption.usage import Usage

ONE = {"openai/gpt-4o-mini:input_tokens": 1400, "openai/gpt-4o-mini:output_tokens": 80}


@pytest.mark.parametrize(
    ("flat", "shown"),
    [
        (ONE, "<usage: openai/gpt-4o-mini 1,400 in, 80 out>"),
        ({"gpt-4o:input_tokens": 3, "gpt-4o:cost_usd": 0.25}, "<usage: gpt-4o 3 in, $0.25>"),
        ({**ONE, "rows_read": 7}, "<usage: openai/gpt-4o-mini 1,400 in, 80 out; rows_read 7>"),
        ({f"m{n}:input_tokens": n for n in range(5)}, "<usage: m0 0 in; m1 1 in; m2 2 in; … 2 more>"),
        ({}, "<usage: nothing was counted>"),
    ],
)
def test_the_repr_of_usage_tells_what_each_model_used(flat, shown):
    assert repr(Usage.from_flat(flat)) == str(Usage.from_flat(flat)) == shown


def test_the_repr_of_usage_tells_of_calls_that_reported_nothing():
    assert repr(Usage(unreported=("chat",))) == "<usage: 1 call unreported>"

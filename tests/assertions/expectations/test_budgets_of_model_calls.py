"""Which model calls a budget counts, and what they left unreported."""

import re

import pytest

from tests.assertions.reading import headline, text, why
from tests.builders import a_trace, agent, llm, span, tool


def test_model_calls_below_a_step_of_another_one_count():
    inner = [tool("ask", agent("helper", llm("inner", tokens=(1_000, 1)))) for _ in range(2)]
    trace = a_trace(llm("outer", llm("sdk", tokens=(1, 1)), *inner, tokens=(1, 1)))
    trace.assert_budget(llm_calls=3, total_tokens=2_004)
    assert why(trace.assert_budget, llm_calls=2, total_tokens=2_003) == text(
        """
        Mismatch: 2 limits are exceeded

        - expected llm_calls <= 2, got 3
        - expected total_tokens <= 2003, got 2004

        llm outer
        ├─ llm sdk
        ├─ tool ask
        │  └─ agent helper
        │     └─ llm inner
        └─ tool ask
           └─ agent helper
              └─ llm inner
        """
    )


@pytest.mark.parametrize("between", ["tool", "retrieval"])
def test_each_kind_of_step_makes_the_calls_below_it_calls_of_their_own(between):
    trace = a_trace(llm("outer", span(between, "step", llm("inner"))))
    assert headline(trace.assert_budget, llm_calls=1) == "Mismatch: expected llm_calls <= 1, got 2"


def test_a_model_call_inside_another_counts_if_only_the_inner_one_is_selected():
    trace = a_trace(llm("outer", span("chain", "x", llm("middle", llm("inner")))))
    trace.assert_budget(llm_calls=1)
    trace.find(re.compile("outer|inner")).assert_budget(llm_calls=1)
    assert headline(trace.find("inner").assert_budget, llm_calls=0) == "Mismatch: expected llm_calls <= 0, got 1"


@pytest.mark.parametrize("status", ["running", "cancelled", "timeout"])
def test_a_call_that_was_cut_off_before_it_reported_is_over_budget(status):
    trace = a_trace(agent("a", llm("gpt", tokens=(5, 5)), span("embedding", "embed", status=status)))
    assert why(trace.assert_budget, total_tokens=1_000) == text(
        f"""
        Mismatch: expected total_tokens <= 1000, 1 model call reported no usage: 'embed'

        agent a
        ├─ llm gpt
        └─ embedding embed [{status}]   ← reported no usage
        """
    )


@pytest.mark.parametrize(
    ("unit", "tokens"),
    [
        ("output_tokens", (60, None)),
        ("input_tokens", (None, 12)),
        ("total_tokens", (60, None)),
        ("reasoning_tokens", (60, 12)),
        ("cached_input_tokens", (60, 12)),
    ],
)
def test_a_unit_that_a_call_left_out_is_over_budget(unit, tokens):
    embedding = span("embedding", "embed", usage={"m/embed:input_tokens": 0})
    trace = a_trace(agent("weather", llm("gpt", tokens=tokens), embedding))
    assert why(trace.assert_budget, **{unit: 1_000}) == text(
        f"""
        Mismatch: expected {unit} <= 1000, 1 model call of 'gpt' reported no {unit}

        agent weather
        ├─ llm gpt   ← reported no {unit}
        └─ embedding embed
        """
    )


def test_an_embedding_writes_no_tokens_and_a_reported_zero_is_a_count():
    a_trace(span("embedding", "embed", usage={"m/embed:input_tokens": 7})).assert_budget(output_tokens=0)
    a_trace(llm("gpt", tokens=(60, 0))).assert_budget(output_tokens=0, input_tokens=60)
    mixed = a_trace(llm("gpt", tokens=(60, 0)), llm("gpt", tokens=(60, 1)))
    assert headline(mixed.assert_budget, output_tokens=0) == "Mismatch: expected output_tokens <= 0, got 1"

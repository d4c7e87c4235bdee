"""A span as tests hold it."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from pytest_traces import Event, Retry, Run, Span, Usage
from pytest_traces.model.consumption.model_usage import ModelUsage
from pytest_traces.model.span import SpanData, SpanError
from pytest_traces.model.words.status import STATUSES

FIELDS = {"name": "get_weather", "type": "tool", "path": "get_weather", "call_id": "1", "run_id": "r", "t0": 0.0}
KEY = "sk-proj-4f6Tq9Zr2LxW8bYc3NdM"


def test_usage_may_be_given_in_the_flat_form_of_the_documents():
    used = Span(**FIELDS, usage={"openai/gpt-4o-mini:input_tokens": 32, "rows": 7}).usage
    assert (used.by_model["openai/gpt-4o-mini"].input_tokens, used["rows"]) == (32, 7)
    assert Usage(**{"m/x:input_tokens": 1}) == Usage(by_model={"m/x": {"input_tokens": 1}})


@pytest.mark.parametrize("model", [SpanData, SpanError, Event, Usage, ModelUsage, Span, Run, Retry])
def test_an_unknown_field_is_refused(model):
    with pytest.raises(ValidationError, match="colour\n  Extra inputs are not permitted"):
        model.model_validate({"colour": "red"})


def test_a_span_is_shown_short_and_without_its_secrets():
    step = Span(**FIELDS, status="error", error=SpanError(type="E", message=f"key {KEY}"), input=KEY)
    assert str(step) == repr(step) == f"{step}" == "<tool get_weather ✗ E: key <redacted>>"


@pytest.mark.parametrize("type", ["Tool", "TOOL", "tool"])
def test_a_known_type_in_another_case_is_the_known_type(type):
    assert Span(**FIELDS | {"type": type}).type == "tool"
    assert Span(**FIELDS | {"type": "SubAgent"}).type == "SubAgent"


@pytest.mark.parametrize("status", STATUSES)
def test_an_error_a_timeout_and_a_block_are_failures(status):
    assert Span(**FIELDS, status=status).failed is (status in ("error", "timeout", "blocked"))
    assert Span(**FIELDS, status=status, error=SpanError(type="E")).failed

"""What is written as attributes means the same when it is read."""

from __future__ import annotations

import pytest

from pytest_traces.conventions.content import SpanEvent
from pytest_traces.conventions.reading import read_span
from pytest_traces.conventions.writing import OWN, write_error, write_payload, write_span
from tests.builders import a_tree, agent, llm, span, tool

USAGE = {
    "gpt-4o:input_tokens": 100,
    "gpt-4o:output_tokens": 20,
    "gpt-4o:cached_input_tokens": 60,
    "gpt-4o:cache_creation_input_tokens": 30,
    "gpt-4o:reasoning_tokens": 7,
    "gpt-4o:requests": 1,
}


def written(step):
    [one] = a_tree(step).spans
    return one, write_span(one)


def foreign(attributes):
    """The attributes that a backend knows."""
    return {name: value for name, value in attributes.items() if not name.startswith(OWN)}


@pytest.mark.parametrize("type", ["llm", "embedding", "tool", "agent", "workflow", "retrieval", "plan"])
def test_a_backend_reads_the_type_that_was_written(type):
    _, attributes = written(span(type, "work"))
    assert read_span("work", foreign(attributes)).type == type


@pytest.mark.parametrize("step", [tool("get_weather"), agent("weather")])
def test_a_backend_reads_the_name_that_was_written(step):
    one, attributes = written(step)
    assert read_span("other", foreign(attributes)).name == one.name


def test_a_backend_reads_the_model_and_the_usage_that_were_written():
    one, attributes = written(llm("chat", model="gpt-4o", usage=USAGE))
    read = read_span("chat", foreign(attributes))
    assert (read.model, read.own_usage) == ("gpt-4o", one.own_usage)


def test_a_backend_reads_the_error_that_was_written():
    one, attributes = written(tool("get_weather", error="TimeoutError: upstream timed out"))
    read = read_span("get_weather", foreign(attributes), [SpanEvent("exception", 0, write_error(one.error))])
    assert (read.status, read.error) == ("error", one.error)


def test_attributes_without_a_value_are_not_written():
    _, attributes = written(tool("get_weather"))
    assert None not in attributes.values()
    assert f"{OWN}input" not in attributes


def test_the_payload_of_an_event_is_json():
    assert write_payload({"a": [1]}) == {f"{OWN}payload": '{"a": [1]}'}
    assert write_payload(None) == {}

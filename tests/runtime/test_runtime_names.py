"""The names of `pytest_traces.runtime` change only on purpose."""

import pytest

import pytest_traces.runtime as runtime


def test_the_public_names():
    assert runtime.__all__ == [
        "EventCollector",
        "InMemoryTracingProvider",
        "JsonlTracingProvider",
        "OtlpTracingProvider",
        "RunContext",
        "TraceStream",
        "TracingProvider",
        "agent_trace",
        "get_run_context",
        "install",
        "record_span",
        "register_collector",
        "run_in_thread",
        "span",
        "trace",
        "trace_tool",
    ]


@pytest.mark.parametrize("name", runtime.__all__)
def test_a_public_name_is_there_and_documented(name):
    assert getattr(runtime, name).__doc__


def test_another_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="has no attribute 'spam'"):
        runtime.spam  # noqa: B018

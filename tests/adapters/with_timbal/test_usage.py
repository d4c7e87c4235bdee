"""What was counted: each token once, whatever Timbal adds to every call above."""

from threading import Thread
from typing import Any

import pytest
from timbal import Agent, Tool
from timbal.core.test_model import TestModel
from timbal.state import get_run_context

from pytest_traces.adapters.timbal.usage import canonical
from pytest_traces.errors import UsageNotRecorded
from pytest_traces.trace.trace import Trace
from tests.adapters.with_timbal.models import StreamedModel, tool_calls


async def test_tokens_are_counted_once_and_belong_to_the_model_call(trace: Trace) -> None:
    async def add() -> int:
        return 3

    model = StreamedModel([("add", {})], "Three.", tokens=(20, 7))
    await Agent(name="helper", model=model, tools=[add])(prompt="go").collect()
    assert trace.usage.flat() == {
        "openai/gpt-4o-mini:input_tokens": 40,
        "openai/gpt-4o-mini:output_tokens": 14,
        "openai/gpt-4o-mini:requests": 2,
        "add:requests": 1,
    }
    assert trace.one("helper").usage == trace.usage
    assert not trace.one("helper").own_usage
    assert [(call.usage.total_tokens, call.usage.requests, call.model) for call in trace.llms] == [
        (27, 1, "openai/gpt-4o-mini")
    ] * 2
    assert trace.one("add").usage.flat() == {"add:requests": 1}


async def test_the_model_timbal_ships_counts_too(trace: Trace) -> None:
    await Agent(name="helper", model=TestModel(responses=["x" * 40]))(prompt="y" * 80).collect()
    assert trace.usage.flat() == {
        "test/model:input_tokens": 20,
        "test/model:output_tokens": 10,
        "test/model:requests": 1,
    }


async def test_a_run_in_a_tools_body_is_counted_once_in_the_whole(trace: Trace) -> None:
    expert = Agent(name="expert", model=StreamedModel("42", tokens=(10, 1), name="openai/gpt-4o"))

    async def consult() -> str:
        return str((await expert(prompt="what?").collect()).output.collect_text())

    model = StreamedModel([("consult", {})], "It is 42.", tokens=(20, 2))
    await Agent(name="boss", model=model, tools=[consult])(prompt="go").collect()
    assert (trace.usage.input_tokens, trace.usage.output_tokens) == (50, 5)
    assert {name: used.input_tokens for name, used in trace.usage.by_model.items()} == {
        "openai/gpt-4o-mini": 40,
        "openai/gpt-4o": 10,
    }


async def test_counters_of_the_program_are_kept(trace: Trace) -> None:
    def load() -> None:
        get_run_context().update_usage("rows_read", 7)
        get_run_context().update_usage(key="rows_read", value=3)

    await Tool(handler=load)().collect()
    assert trace.usage["rows_read"] == 10


async def test_a_count_from_a_thread_that_knows_no_call_belongs_to_the_run(trace: Trace) -> None:
    def load() -> None:
        thread = Thread(target=get_run_context().update_usage, args=("rows_read", 7))
        thread.start()
        thread.join()

    await Tool(name="load", handler=load)().collect()
    assert trace.one("load").own_usage["rows_read"] == 7


async def test_a_tool_that_fails_or_asks_for_it_counts_no_request(trace: Trace) -> None:
    def explode() -> None:
        raise ValueError

    await Tool(handler=explode)().collect()
    await Tool(name="quiet", handler=lambda: 1, record_default_request_usage=False)().collect()
    assert trace.usage.flat() == {}


async def test_what_timbal_counts_about_its_own_clock_is_left_out(trace: Trace) -> None:
    def load() -> None:
        get_run_context().update_usage("tracing:wait_ms", 12)

    await Tool(handler=load, record_default_request_usage=False)().collect()
    assert trace.usage.flat() == {}


async def test_a_model_that_reports_nothing_is_not_taken_for_free(trace: Trace) -> None:
    class Silent(TestModel):
        async def stream(self, messages: Any, **_: Any) -> Any:
            TestModel(responses=[""])
            yield "It is sunny."

    await Agent(name="helper", model=Silent(responses=[""]))(prompt="go").collect()
    assert trace.one("llm").status == "success"
    with pytest.raises(UsageNotRecorded, match="1 model call reported no usage: 'llm'"):
        _ = trace.usage.total_tokens


async def test_tokens_of_a_failed_call_are_counted(trace: Trace) -> None:
    def refuse() -> None:
        raise ValueError("no")

    agent = Agent(name="helper", tools=[refuse], model=TestModel(responses=[tool_calls(("refuse", {})), "Sorry."]))
    await agent(prompt="go").collect()
    assert trace.usage.requests == 2
    assert trace.usage.counters == {}


def test_units_of_openai_come_out_with_the_cache_inside_the_input() -> None:
    usage = canonical(
        {
            "openai/gpt-4o:input_text_tokens": 60,
            "openai/gpt-4o:input_cached_tokens": 30,
            "openai/gpt-4o:input_cache_write_tokens": 10,
            "openai/gpt-4o:input_audio_tokens": 5,
            "openai/gpt-4o:output_text_tokens": 7,
            "openai/gpt-4o:output_audio_tokens": 2,
        },
        requests=1,
    )
    assert usage.flat() == {
        "openai/gpt-4o:input_tokens": 105,
        "openai/gpt-4o:output_tokens": 9,
        "openai/gpt-4o:cached_input_tokens": 30,
        "openai/gpt-4o:cache_creation_input_tokens": 10,
        "openai/gpt-4o:requests": 1,
        "openai/gpt-4o:input_audio_tokens": 5,
        "openai/gpt-4o:output_audio_tokens": 2,
    }


def test_units_of_anthropic_come_out_the_same() -> None:
    model = "anthropic/claude-sonnet"
    usage = canonical(
        {
            f"{model}:input_tokens_long_context": 60,
            f"{model}:cache_read_input_tokens_long_context": 30,
            f"{model}:ephemeral_5m_input_tokens": 6,
            f"{model}:ephemeral_1h_input_tokens": 4,
            f"{model}:output_tokens": 7,
            f"{model}:web_search_requests": 2,
        },
        requests=1,
    )
    assert usage.flat() == {
        f"{model}:input_tokens": 100,
        f"{model}:output_tokens": 7,
        f"{model}:cached_input_tokens": 30,
        f"{model}:cache_creation_input_tokens": 10,
        f"{model}:requests": 1,
        f"{model}:web_search_requests": 2,
    }


def test_a_tool_with_a_slash_in_its_name_is_no_model() -> None:
    assert canonical({"a/b:requests": 2}, requests=0).counters == {"a/b:requests": 2}

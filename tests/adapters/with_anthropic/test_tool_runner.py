"""Anthropic's own loop around the model: its functions are tools."""

from typing import Any

import pytest
from anthropic import Anthropic, AsyncAnthropic, beta_async_tool, beta_tool

from pytest_traces import Trace
from pytest_traces.runtime import span
from pytest_traces.trace.fixture import TraceFixture
from tests.adapters.doubles.wire import ASK, client
from tests.adapters.with_anthropic.replies import message, tool_use

ASKED: Any = {"model": "claude-x", "max_tokens": 99, "messages": ASK}


@beta_tool
def geocode(city: str) -> str:
    """Find a city."""
    with span(span_type="retrieval", name="atlas"):
        return "48.85"


@beta_tool
def get_weather(city: str) -> str:
    """Tell the weather."""
    raise TimeoutError("upstream timed out")


@beta_async_tool
async def get_time(city: str) -> str:
    """Tell the time."""
    return "12:00"


def asks_for(*names: str) -> Any:
    blocks = [tool_use(name, f"t{index}", city="Paris") for index, name in enumerate(names)]
    return message(*blocks, stop_reason="tool_use")


def test_functions_of_the_tool_runner_are_tools(trace: Trace) -> None:
    model = client(Anthropic, asks_for("geocode", "get_weather"), message())
    model.beta.messages.tool_runner(tools=[geocode, get_weather], **ASKED).until_done()
    assert str(trace) == (
        "agent anthropic.messages.tool_runner\n"
        "├─ llm claude-x\n"
        "├─ tool geocode\n"
        "│  └─ retrieval atlas\n"
        "├─ tool get_weather ✗ TimeoutError: upstream timed out\n"
        "└─ llm claude-x"
    )
    assert (trace.one("geocode").input, trace.one("geocode").output) == ({"city": "Paris"}, "48.85")
    assert trace.usage.requests == 2


def test_the_runner_calls_the_tools_that_an_act_lets_its_model_ask_for(trace: TraceFixture) -> None:
    trace.on(type="llm").calls("geocode", {"city": "Oslo"})
    trace.on(type="llm").says("Rain.")
    last = client(Anthropic).beta.messages.tool_runner(tools=[geocode, get_weather], **ASKED).until_done()
    assert last.content[0].text == "Rain."
    assert trace.one("geocode").input == {"city": "Oslo"}
    assert [call.acted for call in trace.llms] == ["calls", "says"]


@pytest.mark.parametrize("traced", [True, False])
async def test_they_are_tools_in_an_async_loop_and_without_opentelemetry(trace: Trace, traced: bool) -> None:
    model = client(AsyncAnthropic, asks_for("get_time"), message(), open_telemetry={"traces": {"enabled": traced}})
    await model.beta.messages.tool_runner(tools=[get_time], **ASKED).until_done()
    assert [(call.type, call.name) for call in trace.spans if call.type != "agent"] == [
        ("llm", "claude-x"),
        ("tool", "get_time"),
        ("llm", "claude-x"),
    ]
    assert trace.one("get_time").output == "12:00"
    assert trace.agents.count == traced

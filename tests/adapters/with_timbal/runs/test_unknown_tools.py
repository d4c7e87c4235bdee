"""Timbal: a tool that the model made up, and iterations that ran out."""

import asyncio

import pytest

from pytest_traces.errors import Mismatch
from pytest_traces.trace.trace import Trace
from tests.adapters.with_timbal.models import reason, shop, tool_calls


async def test_an_unknown_tool_is_a_failed_tool_below_its_agent(trace: Trace) -> None:
    def get_weather() -> str:
        return "sunny"

    said = [tool_calls(("get_wether", {"city": "Paris"})), "I can't tell."]
    await shop(get_weather, said=said)(prompt="go").collect()
    call = trace.one("get_wether")
    assert (call.type, call.status, call.input) == ("tool", "error", {"city": "Paris"})
    assert call.error is not None
    assert call.error.type == "tool_not_found"
    assert call.error.message.startswith("Tool 'get_wether' not found. Did you mean: get_weather?")
    lines = [line.partition(" ✗ ")[0] for line in str(trace).splitlines()]
    assert lines == ["agent shop", "├─ llm llm", "├─ tool get_wether", "└─ llm llm"]


async def test_a_model_that_asks_for_an_unknown_tool_is_red(trace: Trace) -> None:
    await shop(said=[tool_calls(("get_wether", {})), "I can't tell."])(prompt="go").collect()
    with pytest.raises(Mismatch, match="expected only known tools, the model asked for 'get_wether'"):
        trace.assert_no_unknown_tools()


async def test_a_model_that_asks_for_known_tools_holds(trace: Trace) -> None:
    def get_weather() -> str:
        raise ValueError("no such city")

    await shop(get_weather, said=[tool_calls(("get_weather", {})), "I can't tell."])(prompt="go").collect()
    assert trace.one("get_weather").failed
    trace.assert_no_unknown_tools()


@pytest.mark.parametrize("seconds", [None, 0.02])
@pytest.mark.parametrize("calls", [("get_tide", "get_weather"), ("get_weather", "get_tide")])
async def test_an_unknown_tool_is_called_side_by_side_however_long_the_known_one_takes(
    trace: Trace, seconds: float | None, calls: tuple[str, str]
) -> None:
    async def get_weather() -> str:
        if seconds is not None:
            await asyncio.sleep(seconds)
        return "sunny"

    said = [tool_calls(*((name, {}) for name in calls)), "Sunny."]
    await shop(get_weather, said=said)(prompt="go").collect()
    lines = [line.partition(": ")[0] for line in str(trace).splitlines()]
    assert lines == [
        "agent shop",
        "├─ llm llm",
        "├─ ∥ tool get_tide ✗ tool_not_found",
        "├─ ∥ tool get_weather",
        "└─ llm llm",
    ]


async def test_the_last_iteration_is_told(trace: Trace) -> None:
    def again() -> str:
        return "more"

    agent = shop(again, said=[tool_calls(("again", {}))], max_iter=1, on_max_iter="stop")
    await agent(prompt="go").collect()
    assert reason(trace.one("max_iter")) == "max_iter"
    assert str(trace).splitlines() == ["agent shop", "├─ llm llm", "├─ tool again", "└─ tool max_iter"]
    assert trace.one("shop").attributes["max_iter_reached"] == {"max_iter": 1, "behavior": "stop"}


async def test_an_agent_that_may_not_run_out_of_iterations_fails(trace: Trace) -> None:
    def again() -> str:
        return "more"

    agent = shop(again, said=[tool_calls(("again", {}))], max_iter=1, on_max_iter="error")
    await agent(prompt="go").collect()
    agent_span = trace.one("shop")
    assert agent_span.error is not None
    assert (agent_span.status, agent_span.error.type) == ("error", "MaxIterExceeded")

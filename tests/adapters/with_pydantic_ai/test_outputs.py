"""pydantic-ai: structured outputs in each of their forms, streams that end in other ways, runs that give up."""

import asyncio
from typing import Any

import pytest
from pydantic import BaseModel
from pydantic_ai import Agent, ModelRetry, PromptedOutput, RunContext, TextOutput, UsageLimits
from pydantic_ai.exceptions import ModelHTTPError, UnexpectedModelBehavior, UsageLimitExceeded
from pydantic_ai.models.fallback import FallbackModel
from pydantic_ai.models.function import FunctionModel
from pydantic_ai.toolsets import CombinedToolset, FunctionToolset, WrapperToolset

from pytest_traces.runtime import span
from tests.adapters.with_pydantic_ai.models import ScriptedModel


class City(BaseModel):
    name: str


class Nowhere(BaseModel):
    why: str


def loud(text: str) -> str:
    if len(text) < 2:
        raise ModelRetry("longer")
    return text.upper()


PARIS: Any = {"name": "Paris"}
OUTPUTS: dict[str, tuple[Any, Any, Any]] = {
    "by a tool": (City, [("final_result", PARIS)], PARIS),
    "one of several": ([City, Nowhere], [("final_result_City", PARIS)], PARIS),
    "by a prompt": (PromptedOutput(City), '{"name": "Paris"}', PARIS),
    "of a function of the text": (TextOutput(loud), "it", "IT"),
}


@pytest.mark.parametrize("how", OUTPUTS)
def test_an_output_is_that_of_the_agent_and_no_step(trace, how):
    output_type, turn, output = OUTPUTS[how]
    Agent(ScriptedModel(turn), name="guide", output_type=output_type).run_sync("Where?")
    assert str(trace) == "agent guide\n└─ llm gpt-x"
    assert trace.agents[0].output == output


REFUSED: dict[str, tuple[Any, list[Any], str]] = {
    "by its schema": (PromptedOutput(City), ['{"nom": "Paris"}', '{"name": "Paris"}'], "name: Field required"),
    "by its function": (TextOutput(loud), ["i", "it"], "longer"),
}


@pytest.mark.parametrize("why", REFUSED)
def test_an_output_that_is_refused_is_an_attempt_of_the_agent(trace, why):
    output_type, turns, message = REFUSED[why]
    Agent(ScriptedModel(*turns), name="guide", output_type=output_type).run_sync("Where?")
    assert str(trace) == "agent guide\n├─ llm gpt-x\n└─ llm gpt-x"
    [retry] = trace.retries
    assert (retry.name, retry.attempts, retry.recovered, retry.errors[0].message) == ("guide", 2, True, message)


def test_tools_of_the_answer_that_ends_the_run_are_drawn(trace):
    agent = Agent(ScriptedModel([("look", {}), ("final_result", PARIS)]), name="guide", output_type=City)
    agent.tool_plain(lambda: "clear", name="look")
    agent.run_sync("Where?")
    assert str(trace) == "agent guide\n├─ llm gpt-x\n└─ tool look"


def test_a_tool_that_is_given_up_has_its_own_error_in_each_attempt(trace):
    agent = Agent(ScriptedModel([("look", {})], [("look", {})]), name="guide")

    @agent.tool_plain
    def look() -> str:
        raise ModelRetry("fog")

    with pytest.raises(UnexpectedModelBehavior):
        agent.run_sync("Look.")
    assert [str(call.error) for call in trace.tools] == ["ModelRetry: fog"] * 2
    assert trace.agents[0].error.type == "UnexpectedModelBehavior"
    [retry] = trace.retries
    assert (retry.name, retry.attempts, retry.recovered) == ("look", 2, False)


def test_a_run_beyond_its_limits_is_an_error_after_what_it_did(trace):
    agent = Agent(ScriptedModel([("look", {})], "x"), name="guide")
    agent.tool_plain(lambda: "clear", name="look")
    with pytest.raises(UsageLimitExceeded):
        agent.run_sync("Look.", usage_limits=UsageLimits(request_limit=1))
    assert [one.name for one in trace.agents[0].children] == ["gpt-x", "look"]
    assert trace.agents[0].error.type == "UsageLimitExceeded"


async def test_a_tool_that_takes_too_long_is_a_failed_call(trace):
    agent = Agent(ScriptedModel([("wait", {})], "x"), name="guide")

    @agent.tool_plain(timeout=0.001)
    async def wait() -> None:
        await asyncio.Event().wait()

    await agent.run("Wait.")
    assert [str(call.error) for call in trace.tools] == ["ModelRetry: Timed out after 0.001 seconds."]


def test_tools_of_toolsets_in_toolsets_are_drawn_once_by_the_names_the_model_knows(trace):
    class Logged(WrapperToolset[None]):
        async def call_tool(self, name, arguments, context, tool):
            with span(span_type="chain", name="log"):
                return await super().call_tool(name, arguments, context, tool)

    left, right = FunctionToolset(), FunctionToolset()
    left.add_function(lambda: "l", name="look")
    right.add_function(lambda: "r", name="look")
    both = CombinedToolset([Logged(left), right.prefixed("right")]).filtered(lambda context, tool: True)
    agent = Agent(ScriptedModel([("look", {}), ("right_look", {})], "x"), name="guide", toolsets=[both])
    agent.run_sync("Look.")
    assert str(trace).splitlines() == [
        "agent guide",
        "├─ llm gpt-x",
        "├─ ∥ tool look",
        "│  └─ chain log",
        "├─ ∥ tool right_look",
        "└─ llm gpt-x",
    ]


async def test_agents_in_tools_of_one_answer_are_side_by_side_and_counted_once(trace):
    inner = Agent(ScriptedModel("1", "2"), name="inner")
    agent = Agent(ScriptedModel([("ask", {}), ("ask_too", {})], "x"), name="outer")

    async def ask(ctx: RunContext[None]) -> str:
        return (await inner.run("?", usage=ctx.usage)).output

    agent.tool(ask)
    agent.tool(ask, name="ask_too")
    await agent.run("Go.")
    asked = [
        line for name in ("ask", "ask_too") for line in (f"├─ ∥ tool {name}", "│  └─ agent inner", "│     └─ llm gpt-x")
    ]
    assert str(trace).splitlines() == ["agent outer", "├─ llm gpt-x", *asked, "└─ llm gpt-x"]
    assert trace.usage.requests == 4


def test_a_run_that_goes_on_with_the_messages_of_another_one_is_given_them(trace):
    agent = Agent(ScriptedModel("Hello Ada.", "Ada."), name="guide")
    first = agent.run_sync("I am Ada.")
    agent.run_sync("Who am I?", message_history=first.all_messages())
    assert str(trace) == "agent guide\n└─ llm gpt-x\nagent guide\n└─ llm gpt-x"
    told = [message.get("content") or message["text"] for message in trace.llms[1].input["messages"]]
    assert told == ["I am Ada.", "Hello Ada.", "Who am I?"]


def test_a_stream_in_plain_code_is_closed_with_its_block(trace):
    with Agent(ScriptedModel("a b"), name="guide").run_stream_sync("Go.") as answer:
        assert list(answer.stream_text(delta=True, debounce_by=None)) == ["a", " b"]
    assert str(trace) == "agent guide\n└─ llm gpt-x"
    assert trace.find(status="running").count == 0


async def read(agent: Agent[None, Any], failure: Exception | None = None) -> None:
    """Read what an agent streams; the reader fails at the first piece if it is to."""
    async with agent.run_stream("Go.") as answer:
        async for _ in answer.stream_text(delta=True, debounce_by=None):
            if failure is not None:
                raise failure


async def test_a_stream_that_breaks_is_an_error_of_model_and_agent(trace):
    async def breaks(messages, info):
        yield "a"
        raise ConnectionError("lost")

    with pytest.raises(ConnectionError):
        await read(Agent(FunctionModel(stream_function=breaks), name="guide"))
    assert str(trace).splitlines() == [
        "agent guide ✗ ConnectionError: lost",
        "└─ llm function::breaks ✗ ConnectionError: lost",
    ]


async def test_a_stream_whose_reader_fails_is_cut_off_and_the_agent_has_the_readers_error(trace):
    with pytest.raises(KeyError):
        await read(Agent(ScriptedModel("a b c"), name="guide"), KeyError("mine"))
    assert str(trace) == "agent guide ✗ KeyError: 'mine'\n└─ llm gpt-x [cancelled]"


async def test_a_stream_falls_back_to_another_model(trace):
    class Second(ScriptedModel):
        model_name = "gpt-y"

    model = FallbackModel(ScriptedModel(ModelHTTPError(503, "gpt-x")), Second("a b"))
    async with Agent(model, name="guide").run_stream("Go.") as answer:
        await answer.get_output()
    assert [(call.name, call.status) for call in trace.llms] == [("gpt-x", "error"), ("gpt-y", "success")]
    assert not trace.retries


async def test_events_of_a_run_that_are_left_cut_it_off(trace):
    agent = Agent(ScriptedModel("a b"), name="guide")
    async with agent.run_stream_events("Go.") as events:
        async for _ in events:
            break
    assert str(trace) == "agent guide [cancelled]\n└─ llm gpt-x [cancelled]"

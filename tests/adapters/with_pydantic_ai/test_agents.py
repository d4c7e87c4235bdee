"""What programs written with pydantic-ai do, seen in their traces."""

import asyncio

import pytest
from pydantic import BaseModel
from pydantic_ai import Agent, DeferredToolRequests, RunContext, Tool
from pydantic_ai.direct import model_request
from pydantic_ai.embeddings import Embedder, TestEmbeddingModel
from pydantic_ai.exceptions import ApprovalRequired
from pydantic_ai.messages import ModelRequest, ModelResponse, TextPart, ToolCallPart
from pydantic_ai.models.fallback import FallbackModel
from pydantic_ai.models.function import DeltaToolCall, FunctionModel
from pydantic_ai.models.test import TestModel
from pydantic_ai.models.wrapper import WrapperModel
from pydantic_ai.toolsets import FunctionToolset

from pytest_traces.conventions.offered_tools import offered_tools
from tests.adapters.with_pydantic_ai.models import ScriptedModel, drawn


def test_a_function_model_is_captured(trace):
    def script(messages, info):
        is_first = not any(isinstance(message, ModelResponse) for message in messages)
        return ModelResponse([ToolCallPart("weather", {"city": "Paris"}, "c1") if is_first else TextPart("Rain.")])

    agent = Agent(FunctionModel(script), name="main")

    @agent.tool_plain
    def weather(city: str) -> str:
        return f"rain in {city}"

    assert agent.run_sync("Weather?").output == "Rain."
    assert drawn(trace) == ["agent main", "├─ llm function:script:", "├─ tool weather", "└─ llm function:script:"]
    assert trace["c1"].output == "rain in Paris"
    assert trace.agents[0].input == "Weather?"
    assert trace.agents[0].output == "Rain."
    assert trace.usage.total_tokens > 0


def test_a_test_model_is_captured(trace):
    agent = Agent(TestModel(custom_output_text="done"), name="main", tools=[Tool(lambda x: f"{x}!", name="shout")])
    agent.run_sync("Go.")
    assert drawn(trace) == ["agent main", "├─ llm test", "├─ tool shout", "└─ llm test"]


def test_a_name_is_inferred_as_without_us(trace):
    my_agent = Agent(TestModel(custom_output_text="done"))
    my_agent.run_sync("Go.")
    Agent(TestModel(custom_output_text="done")).run_sync("Go.")
    assert trace.agents.names == ["my_agent", "agent"]


def test_structured_output_is_no_tool_of_the_program(trace):
    class City(BaseModel):
        name: str

    agent = Agent(ScriptedModel([("final_result", {"name": "Paris"})]), output_type=City, name="main")
    assert agent.run_sync("Where?").output == City(name="Paris")
    assert drawn(trace) == ["agent main", "└─ llm gpt-x"]
    assert trace.agents[0].output == {"name": "Paris"}
    assert trace.machinery.names == ["final_result"]


def test_an_output_function_is_a_tool_of_the_program(trace):
    def book(city: str) -> str:
        return f"booked {city}"

    agent = Agent(ScriptedModel([("final_result", {"city": "Paris"})]), output_type=book, name="main")
    assert agent.run_sync("Book it.").output == "booked Paris"
    assert (trace.tools.names, trace.tools[0].output) == (["final_result"], "booked Paris")


async def test_tools_run_side_by_side_unless_one_wants_to_be_alone(trace):
    agent = Agent(ScriptedModel([("a", {}), ("b", {}), ("alone", {}), ("c", {}), ("d", {})], "Done."), name="main")
    for name in ("a", "b", "c", "d"):
        agent.tool_plain(lambda: None, name=name)
    agent.tool_plain(lambda: None, name="alone", sequential=True)
    await agent.run("Go.")
    expected = ["├─ ∥ tool a", "├─ ∥ tool b", "├─ tool alone", "├─ ∥ tool c", "├─ ∥ tool d"]
    assert drawn(trace) == ["agent main", "├─ llm gpt-x", *expected, "└─ llm gpt-x"]


async def test_a_run_may_want_its_tools_one_after_the_other(trace):
    agent = Agent(ScriptedModel([("a", {}), ("b", {})], "Done."), name="main")
    for name in ("a", "b"):
        agent.tool_plain(lambda: None, name=name)
    with agent.parallel_tool_call_execution_mode("sequential"):
        await agent.run("Go.")
    assert drawn(trace) == ["agent main", "├─ llm gpt-x", "├─ tool a", "├─ tool b", "└─ llm gpt-x"]


async def test_an_agent_inside_a_tool_is_below_the_tool(trace):
    helper = Agent(ScriptedModel("sunny"), name="helper")
    agent = Agent(ScriptedModel([("ask_helper", {})], "It is sunny."), name="main")

    @agent.tool
    async def ask_helper(ctx: RunContext[None]) -> str:
        return (await helper.run("Weather?", usage=ctx.usage)).output

    await agent.run("Weather?")
    assert drawn(trace) == [
        "agent main",
        "├─ llm gpt-x",
        "├─ tool ask_helper",
        "│  └─ agent helper",
        "│     └─ llm gpt-x",
        "└─ llm gpt-x",
    ]
    assert trace.usage.total_tokens == 90
    assert len(trace.runs) == 1


async def test_agents_side_by_side_are_drawn_so(trace):
    agents = [Agent(ScriptedModel("done"), name=name) for name in ("a", "b")]
    await asyncio.gather(*(agent.run("Go.") for agent in agents))
    assert drawn(trace) == ["∥ agent a", "└─ llm gpt-x", "∥ agent b", "└─ llm gpt-x"]


def test_a_toolset_is_captured(trace):
    toolset = FunctionToolset()

    @toolset.tool_plain
    def search(q: str) -> str:
        return q.upper()

    agent = Agent(ScriptedModel([("web_search", {"q": "a"})], "Done."), name="main", toolsets=[toolset.prefixed("web")])
    agent.run_sync("Search.")
    assert (trace.tools.names, trace.tools[0].output) == (["web_search"], "A")


def test_a_call_that_waits_for_approval_is_blocked(trace):
    agent = Agent(ScriptedModel([("delete", {"id": 7})]), name="main", output_type=[str, DeferredToolRequests])

    @agent.tool_plain
    def delete(id: int) -> str:
        raise ApprovalRequired

    agent.run_sync("Delete it.")
    assert trace.one("delete").status == "blocked"
    assert [event.type for event in trace.one("delete").events] == ["start", "approval", "output"]


def test_a_fallback_is_another_call(trace):
    model = FallbackModel(ScriptedModel(RuntimeError("down")), ScriptedModel("up"), fallback_on=RuntimeError)
    assert Agent(model, name="main").run_sync("Go.").output == "up"
    assert [call.status for call in trace.llms] == ["error", "success"]
    assert trace.usage.total_tokens == 30


def test_a_model_around_another_one_is_one_call(trace):
    class Careful(WrapperModel):
        async def request(self, *args, **kwargs):
            return await super().request(*args, **kwargs)

    Agent(Careful(ScriptedModel("done")), name="main").run_sync("Go.")
    assert drawn(trace) == ["agent main", "└─ llm gpt-x"]


def test_a_model_that_calls_the_method_of_its_base_class_is_one_call(trace):
    class Polite(ScriptedModel):
        async def request(self, *args, **kwargs):
            return await super().request(*args, **kwargs)

    Agent(Polite("done"), name="main").run_sync("Go.")
    assert drawn(trace) == ["agent main", "└─ llm gpt-x"]


async def test_a_model_without_an_agent_is_captured(trace):
    await model_request(ScriptedModel("done"), [ModelRequest.user_text_prompt("Go.")])
    call = trace.one("gpt-x")
    assert (call.type, call.model, call.output) == ("llm", "openai/gpt-x", "done")
    assert call.input == {"messages": [{"role": "user", "content": "Go."}]}


async def test_embeddings_are_captured(trace):
    await Embedder(TestEmbeddingModel()).embed_query("a")
    call = trace.one(type="embedding")
    assert call.output == {"vectors": 1, "dimensions": 8}
    assert call.usage.input_tokens > 0


async def test_a_run_step_by_step_is_captured(trace):
    agent = Agent(ScriptedModel([("search", {})], "Done."), name="main")
    agent.tool_plain(lambda: "found", name="search")
    async with agent.iter("Go.") as run:
        async for _ in run:
            pass
    assert drawn(trace) == ["agent main", "├─ llm gpt-x", "├─ tool search", "└─ llm gpt-x"]


async def test_a_run_that_is_left_early_is_cancelled(trace):
    agent = Agent(ScriptedModel("Done."), name="main")
    async with agent.iter("Go."):
        pass
    assert trace.one("main").status == "cancelled"


async def test_a_cancelled_run_is_cancelled(trace):
    agent = Agent(ScriptedModel([("wait", {})]), name="main")
    waits = asyncio.Event()

    @agent.tool_plain
    async def wait() -> None:
        waits.set()
        await asyncio.sleep(10)

    task = asyncio.create_task(agent.run("Go."))
    await waits.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert [(one.name, one.status) for one in trace.find(status="cancelled")] == [
        ("main", "cancelled"),
        ("wait", "cancelled"),
    ]


async def test_the_events_of_a_run_are_left_to_the_program(trace):
    agent = Agent(ScriptedModel([("search", {})], "It is here."), name="main")
    agent.tool_plain(lambda: "found", name="search")
    seen = []

    async def listen(ctx, events):
        seen.extend([event.event_kind async for event in events])

    result = await agent.run("Go.", event_stream_handler=listen)
    assert result.output == "It is here."
    assert seen.count("part_delta") == 2
    assert drawn(trace) == ["agent main", "├─ llm gpt-x", "├─ tool search", "└─ llm gpt-x"]
    assert [event.chunk for event in trace.llms[1].events if event.type == "chunk"] == ["It", " is", " here."]


async def test_a_stream_that_is_left_early_is_cut_off_and_what_it_used_is_unknown(trace):
    agent = Agent(ScriptedModel("a b c"), name="main")
    async with agent.run_stream("Go.") as answer:
        async for _ in answer.stream_text(delta=True, debounce_by=None):
            break
    assert trace.llms[0].status == "cancelled"
    assert trace.usage.unreported == ("gpt-x",)


async def test_a_streamed_call_of_a_tool_is_told_in_pieces(trace):
    async def script(messages, info):
        if len(messages) == 1:
            yield {0: DeltaToolCall("search", '{"q": ', tool_call_id="c1")}
            yield {0: DeltaToolCall(json_args='"a"}')}
        else:
            yield "Found."

    agent = Agent(FunctionModel(stream_function=script), name="main")
    agent.tool_plain(lambda q: q, name="search")
    async with agent.run_stream("Go.") as answer:
        await answer.get_output()
    pieces = [event.chunk for event in trace.llms[0].events if event.type == "chunk"]
    assert [piece["arguments"] for piece in pieces] == ['{"q": ', '"a"}']
    assert trace["c1"].input == {"q": "a"}


def test_the_input_of_a_model_is_recorded(trace):
    agent = Agent(ScriptedModel([("search", {"q": "a"})], "Found."), name="main", instructions="Be kind.")
    agent.tool_plain(lambda q: {"hits": 1}, name="search")
    agent.run_sync("Search.")
    assert trace.llms[1].input == {
        "messages": [
            {"role": "system", "content": "Be kind."},
            {"role": "user", "content": "Search."},
            {"role": "assistant", "tool_calls": [{"name": "search", "arguments": {"q": "a"}, "id": "search-1"}]},
            {"role": "system", "content": "Be kind."},
            {"role": "tool", "name": "search", "id": "search-1", "content": {"hits": 1}},
        ]
    }
    trace.assert_fed_back("search")


def test_a_model_call_holds_the_tools_that_it_was_offered(trace):
    def refund(order: str, amount: int) -> str:
        return "done"

    Agent(TestModel(), name="main", tools=[refund]).run_sync("Go.")
    call = trace.llms[0]
    assert offered_tools(call.input, call.attributes) == {"refund": ["amount", "order"]}

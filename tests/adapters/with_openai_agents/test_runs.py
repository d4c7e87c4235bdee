"""The Agents SDK: tracing switched off in each way, handoffs, guardrails, agents as tools, models of one's own."""

from __future__ import annotations

import asyncio
from typing import Any

import agents
import pytest
from agents import (
    Agent,
    GuardrailFunctionOutput,
    InputGuardrailTripwireTriggered,
    Model,
    ModelResponse,
    RunConfig,
    Runner,
    Usage,
    custom_span,
    function_tool,
    input_guardrail,
    set_tracing_disabled,
)
from agents.testing import ScriptedModel, assistant_message, function_call

from pytest_traces.conventions.offered_tools import offered_tools
from pytest_traces.errors import Mismatch
from pytest_traces.runtime import span
from pytest_traces.trace.trace import Trace


@function_tool
def add(a: int, b: int) -> int:
    with span(span_type="retrieval", name="inside"):
        return a + b


def adder() -> Agent:
    model = ScriptedModel([[function_call("add", {"a": 1, "b": 2}, call_id="c1")], [assistant_message("3")]])
    return Agent(name="adder", model=model, tools=[add])


TREE = """\
agent adder
├─ llm ScriptedModel
├─ tool add
│  └─ retrieval inside
└─ llm ScriptedModel"""


def test_a_run_is_its_agent_its_model_calls_and_its_tools(trace: Trace) -> None:
    assert Runner.run_sync(adder(), "1 + 2?").final_output == "3"
    assert str(trace) == TREE
    assert (trace.one("add").input, trace.one("add").output) == ({"a": 1, "b": 2}, 3)
    assert "Agent workflow" in trace.machinery.names


def test_the_trace_is_the_same_with_tracing_disabled_for_the_process(trace: Trace) -> None:
    set_tracing_disabled(True)
    Runner.run_sync(adder(), "1 + 2?")
    assert str(trace) == TREE


def test_the_trace_is_the_same_with_tracing_disabled_for_the_run(trace: Trace) -> None:
    Runner.run_sync(adder(), "1 + 2?", run_config=RunConfig(tracing_disabled=True))
    assert str(trace) == TREE


def test_the_trace_is_the_same_with_tracing_disabled_by_the_environment(
    trace: Trace, monkeypatch: pytest.MonkeyPatch
) -> None:
    provider = agents.tracing.get_trace_provider()
    monkeypatch.setattr(provider, "_env_disabled", None)
    monkeypatch.setattr(provider, "_manual_disabled", None)
    monkeypatch.setenv("OPENAI_AGENTS_DISABLE_TRACING", "1")
    Runner.run_sync(adder(), "1 + 2?")
    assert str(trace) == TREE


def test_a_workflow_that_the_program_names_is_the_root(trace: Trace) -> None:
    with agents.trace("sums", metadata={"team": "desk"}):
        Runner.run_sync(adder(), "1 + 2?")
    assert (trace.roots.names, trace.roots[0].type) == (["sums"], "workflow")
    assert dict(trace.roots[0].metadata) == {"team": "desk"}
    assert trace.agents.one("adder").parent == trace.roots[0]


def test_a_handoff_is_a_step_between_two_agents(trace: Trace) -> None:
    billing = Agent(name="billing", model=ScriptedModel([[assistant_message("Paid.")]]))
    script = ScriptedModel([[function_call("transfer_to_billing", {}, call_id="h1")]])
    triage = Agent(name="triage", model=script, handoffs=[billing])
    assert Runner.run_sync(triage, "My bill?").last_agent is billing
    assert trace.agents.names == ["triage", "billing"]
    handoff = trace.one(type="handoff")
    assert (handoff.name, handoff.output, handoff.parent) == ("triage to billing", "billing", trace.agents[0])


def test_an_agent_as_a_tool_is_below_the_tool(trace: Trace) -> None:
    tool = adder().as_tool(tool_name="ask_adder", tool_description="Adds")
    script = ScriptedModel([[function_call("ask_adder", {"input": "1 + 2?"}, call_id="t1")], [assistant_message("3")]])
    Runner.run_sync(Agent(name="outer", model=script, tools=[tool]), "sum")
    assert trace.agents.one("adder").parent == trace.tools.one("ask_adder")
    assert trace.tools.one("ask_adder").parent == trace.agents.one("outer")


def test_a_guardrail_that_trips_is_blocked(trace: Trace) -> None:
    @input_guardrail
    async def no_sums(context: Any, agent: Any, input: Any) -> GuardrailFunctionOutput:
        return GuardrailFunctionOutput(output_info=None, tripwire_triggered=True)

    guarded = Agent(name="guarded", model=ScriptedModel([[assistant_message("x")]]), input_guardrails=[no_sums])
    with pytest.raises(InputGuardrailTripwireTriggered):
        Runner.run_sync(guarded, "1 + 2?")
    assert trace.one("no_sums", type="guardrail").status == "blocked"


def test_a_span_of_the_program_is_a_step(trace: Trace) -> None:
    with agents.trace("sums"), custom_span("look_up", {"table": "prices"}):
        pass
    step = trace.one("look_up")
    assert (step.type, step.parent, step.attributes) == ("chain", trace.one("sums"), {"table": "prices"})


def test_a_streamed_answer_comes_in_pieces(trace: Trace) -> None:
    async def stream() -> None:
        run = Runner.run_streamed(Agent(name="teller", model=ScriptedModel([[assistant_message("It is 21.")]])), "?")
        async for _ in run.stream_events():
            pass

    asyncio.run(stream())
    pieces = [event.chunk for event in trace.events if event.type == "chunk"]
    assert "".join(pieces) == "It is 21."
    assert trace.one(type="llm").output == "It is 21."


def test_a_cancelled_run_leaves_no_span_open(trace: Trace) -> None:
    begun = asyncio.Event()

    @function_tool
    async def wait() -> str:
        begun.set()
        await asyncio.Event().wait()
        return "never"

    script = ScriptedModel([[function_call("wait", {}, call_id="w1")]])

    async def give_up() -> None:
        run = asyncio.create_task(Runner.run(Agent(name="slow", model=script, tools=[wait]), "?"))
        await begun.wait()
        run.cancel()
        await run

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(give_up())
    assert trace.one("wait").status == "cancelled"
    assert [one.name for one in trace.spans if one.status == "running"] == []


class Echo(Model):
    """Answers with what it was asked, whatever the SDK calls that."""

    async def get_response(self, *args: Any, **options: Any) -> Any:
        used = Usage(requests=1, input_tokens=3, output_tokens=2, total_tokens=5)
        return ModelResponse(output=[assistant_message("It is.")], usage=used, response_id=None)

    async def stream_response(self, *args: Any, **options: Any) -> Any:
        async for event in ScriptedModel([[assistant_message("It is.")]]).stream_response(*args, **options):
            yield event


def test_a_model_of_ones_own_is_a_call(trace: Trace) -> None:
    Runner.run_sync(Agent(name="parrot", model=Echo(), instructions="Be kind."), "Rain?")
    assert str(trace) == "agent parrot\n└─ llm Echo"
    asked = {"instructions": "Be kind.", "input": [{"content": "Rain?", "role": "user"}]}
    assert (trace.llms[0].input, trace.llms[0].output, trace.usage.total_tokens) == (asked, "It is.", 5)


async def test_a_model_that_passes_the_stream_of_another_one_on_is_the_call(trace: Trace) -> None:
    async for _ in Runner.run_streamed(
        Agent(name="parrot", model=Echo(), instructions="Be kind."), "Rain?"
    ).stream_events():
        pass
    assert str(trace) == "agent parrot\n└─ llm Echo\n   └─ llm ScriptedModel"
    assert (trace.llms[0].input, trace.llms[0].output) == (trace.llms[1].input, "It is.")


def test_a_model_that_counts_no_tokens_is_unreported_not_zero(trace: Trace) -> None:
    Runner.run_sync(Agent(name="quiet", model=ScriptedModel([[assistant_message("x")]])), "?")
    assert trace.usage.by_model == {}
    assert trace.usage.unreported == ("ScriptedModel",)


def test_a_model_call_holds_the_tools_that_it_was_offered(trace: Trace) -> None:
    Runner.run_sync(adder(), "1 + 2?")
    call = trace.llms[0]
    assert offered_tools(call.input, call.attributes) == {"add": ["a", "b"]}


@pytest.mark.parametrize("disabled", [False, True])
def test_an_unknown_tool_that_the_model_is_told_of_is_a_failed_tool(trace: Trace, disabled: bool) -> None:
    model = ScriptedModel([[function_call("subtract", {}, call_id="c1")], [assistant_message("3")]])
    config = RunConfig(tool_not_found_behavior="return_error_to_model", tracing_disabled=disabled)
    Runner.run_sync(Agent(name="adder", model=model, tools=[add]), "1 - 2?", run_config=config)
    assert trace.one("subtract").error == "tool_not_found"
    assert trace.one("adder").children.names == ["ScriptedModel", "subtract", "ScriptedModel"]
    with pytest.raises(Mismatch, match="the model asked for 'subtract'"):
        trace.assert_no_unknown_tools()


def test_an_unknown_tool_that_ends_the_run_is_a_failed_tool(trace: Trace) -> None:
    model = ScriptedModel([[function_call("subtract", {}, call_id="c1")]])
    with pytest.raises(agents.ModelBehaviorError):
        Runner.run_sync(Agent(name="adder", model=model, tools=[add]), "1 - 2?")
    assert trace.one("subtract").error == "tool_not_found"

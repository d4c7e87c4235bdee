"""The Agents SDK: sessions, handoffs, guardrails, agents as tools, streams that are left, and what agents answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from agents import (
    Agent,
    GuardrailFunctionOutput,
    MaxTurnsExceeded,
    ModelRetrySettings,
    ModelSettings,
    OutputGuardrailTripwireTriggered,
    Runner,
    SQLiteSession,
    function_tool,
    handoff,
    input_guardrail,
    output_guardrail,
)
from agents.testing import ScriptedModel, assistant_message, function_call
from pydantic import BaseModel

from pytest_traces.trace.trace import Trace


def agent(name: str, *turns: Any, **options: Any) -> Agent:
    return Agent(name=name, model=ScriptedModel(turns), **options)


def says(text: str) -> list[Any]:
    return [assistant_message(text)]


def asks_for(*names: str, **arguments: Any) -> list[Any]:
    return [function_call(name, arguments, call_id=f"{name}-{at}") for at, name in enumerate(names)]


@function_tool
def look() -> str:
    return "clear"


def test_a_run_in_a_session_is_given_what_was_said_before(trace: Trace) -> None:
    session, teller = SQLiteSession("one"), agent("teller", says("Hello Ada."), says("Ada."))
    for said in ("I am Ada.", "Who am I?"):
        Runner.run_sync(teller, said, session=session)
    assert str(trace) == "agent teller\n└─ llm ScriptedModel\nagent teller\n└─ llm ScriptedModel"
    heard = [message["content"] for message in trace.llms[1].input["input"] if message["role"] == "user"]
    assert heard == ["I am Ada.", "Who am I?"]
    assert trace.llms[1].input["input"][1]["content"][0]["text"] == "Hello Ada."


def test_sessions_side_by_side_are_kept_apart(trace: Trace) -> None:
    for name in "ab":
        Runner.run_sync(agent(name, says(name)), f"I am {name}.", session=SQLiteSession(name))
    assert [len(call.input["input"]) for call in trace.llms] == [1, 1]


def test_the_question_and_the_answer_of_an_agent_are_recorded(trace: Trace) -> None:
    class City(BaseModel):
        name: str

    Runner.run_sync(agent("guide", says('{"name": "Paris"}'), output_type=City), "Where?")
    guide = trace.agents[0]
    assert (guide.input, guide.output) == ([{"content": "Where?", "role": "user"}], {"name": "Paris"})


def test_an_agent_that_hands_over_has_no_answer_of_its_own(trace: Trace) -> None:
    billing = agent("billing", says("Paid."))
    Runner.run_sync(agent("triage", asks_for("transfer_to_billing"), handoffs=[billing]), "My bill?")
    assert [one.output for one in trace.agents] == [None, "Paid."]


def test_an_answer_that_is_that_of_a_tool_is_told_as_such(trace: Trace) -> None:
    Runner.run_sync(agent("looker", asks_for("look"), tools=[look], tool_use_behavior="stop_on_first_tool"), "?")
    assert str(trace) == "agent looker\n├─ llm ScriptedModel\n└─ tool look"
    assert trace.agents[0].output == "clear"


def test_the_first_of_several_handoffs_counts_and_tools_run_before_it(trace: Trace) -> None:
    desks = [agent("billing", says("Paid.")), agent("refunds", says("Back."))]
    asked = asks_for("look", "transfer_to_billing", "transfer_to_refunds")
    Runner.run_sync(agent("triage", asked, handoffs=desks, tools=[look]), "?")
    assert str(trace).splitlines() == [
        "agent triage",
        "├─ llm ScriptedModel",
        "├─ tool look",
        '└─ handoff "triage to billing" ✗ Error: Multiple handoffs requested',
        "agent billing",
        "└─ llm ScriptedModel",
    ]


def test_a_handoff_there_and_back_is_three_agents(trace: Trace) -> None:
    triage = agent("triage", asks_for("transfer_to_billing"), says("Bye."))
    triage.handoffs = [agent("billing", asks_for("transfer_to_triage"), handoffs=[triage])]
    Runner.run_sync(triage, "?")
    assert str(trace).splitlines() == [
        "agent triage",
        "├─ llm ScriptedModel",
        '└─ handoff "triage to billing"',
        "agent billing",
        "├─ llm ScriptedModel",
        '└─ handoff "billing to triage"',
        "agent triage",
        "└─ llm ScriptedModel",
    ]


def test_a_handoff_that_fails_ends_the_run(trace: Trace) -> None:
    def refuse(context: Any) -> None:
        raise ValueError("closed")

    desk = handoff(agent("billing", says("Paid.")), on_handoff=refuse)
    with pytest.raises(ValueError, match="closed"):
        Runner.run_sync(agent("triage", asks_for("transfer_to_billing"), handoffs=[desk]), "?")
    assert trace.one(type="handoff").error == "ValueError: closed"
    assert trace.agents.names == ["triage"]


def test_agents_as_tools_of_one_answer_are_side_by_side(trace: Trace) -> None:
    tools = [agent(name, says(name)).as_tool(f"ask_{name}", "Asks.") for name in "ab"]
    Runner.run_sync(agent("outer", asks_for("ask_a", "ask_b", input="?"), says("x"), tools=tools), "?")
    assert str(trace).splitlines() == [
        "agent outer",
        "├─ llm ScriptedModel",
        "├─ ∥ tool ask_a",
        "│  └─ agent a",
        "│     └─ llm ScriptedModel",
        "├─ ∥ tool ask_b",
        "│  └─ agent b",
        "│     └─ llm ScriptedModel",
        "└─ llm ScriptedModel",
    ]


def test_an_agent_as_a_tool_that_fails_is_told_to_the_model(trace: Trace) -> None:
    inner = agent("inner", RuntimeError("down")).as_tool("ask", "Asks.")
    Runner.run_sync(agent("outer", asks_for("ask", input="?"), says("x"), tools=[inner]), "?")
    assert str(trace).splitlines() == [
        "agent outer",
        "├─ llm ScriptedModel",
        "├─ tool ask ✗ RuntimeError: down",
        "│  └─ agent inner ✗ RuntimeError: down",
        "│     └─ llm ScriptedModel ✗ RuntimeError: down",
        "└─ llm ScriptedModel",
    ]


def test_an_answer_that_a_guardrail_stops_is_an_error_of_the_agent(trace: Trace) -> None:
    @output_guardrail
    async def polite(context: Any, agent: Any, output: Any) -> GuardrailFunctionOutput:
        return GuardrailFunctionOutput(output_info=None, tripwire_triggered=True)

    with pytest.raises(OutputGuardrailTripwireTriggered):
        Runner.run_sync(agent("rude", says("Damn."), output_guardrails=[polite]), "?")
    assert str(trace).splitlines() == [
        "agent rude ✗ OutputGuardrailTripwireTriggered: Guardrail OutputGuardrail triggered tripwire",
        "├─ llm ScriptedModel",
        "└─ guardrail polite [blocked]",
    ]


def test_a_guardrail_that_asks_an_agent_and_runs_first_is_before_the_model(trace: Trace) -> None:
    @input_guardrail(run_in_parallel=False)
    async def judge(context: Any, asked: Any, input: Any) -> GuardrailFunctionOutput:
        await Runner.run(agent("judge", says("Fine.")), input)
        return GuardrailFunctionOutput(output_info=None, tripwire_triggered=False)

    Runner.run_sync(agent("judged", says("x"), input_guardrails=[judge]), "?")
    steps = ["├─ guardrail judge", "│  └─ agent judge", "│     └─ llm ScriptedModel", "└─ llm ScriptedModel"]
    assert str(trace).splitlines() == ["agent judged", *steps]


def test_a_run_of_too_many_turns_is_an_error_of_the_agent(trace: Trace) -> None:
    with pytest.raises(MaxTurnsExceeded):
        Runner.run_sync(agent("looker", asks_for("look"), tools=[look]), "?", max_turns=1)
    tree = "agent looker ✗ MaxTurnsExceeded: Max turns (1) exceeded\n├─ llm ScriptedModel\n└─ tool look"
    assert str(trace) == tree


def test_a_model_that_is_asked_again_by_the_settings_is_a_retry(trace: Trace) -> None:
    again = ModelSettings(retry=ModelRetrySettings(max_retries=1, policy=lambda context: True))
    Runner.run_sync(agent("steady", RuntimeError("down"), says("x"), model_settings=again), "?")
    [retry] = trace.retries
    assert (retry.attempts, retry.recovered, str(retry.errors[0])) == (2, True, "RuntimeError: down")


LEAVES: dict[str, Callable[[Any], Any]] = {
    "at once": lambda run: run.cancel(),
    "after the turn": lambda run: run.cancel(mode="after_turn"),
}


@pytest.mark.parametrize("how", LEAVES)
async def test_a_streamed_run_that_is_stopped_leaves_no_span_open(trace: Trace, how: str) -> None:
    run = Runner.run_streamed(agent("looker", asks_for("look"), says("Clear."), tools=[look]), "?")
    async for event in run.stream_events():
        if event.type == "run_item_stream_event" and event.name == "tool_called":
            LEAVES[how](run)
    assert run.run_loop_task is None or run.run_loop_task.done()
    assert trace.find(status="running").count == 0
    assert trace.llms[0].status == "success"
    assert trace.llms.count == 1


async def test_a_streamed_run_whose_model_fails_is_an_error(trace: Trace) -> None:
    run = Runner.run_streamed(agent("broken", RuntimeError("down")), "?")
    with pytest.raises(RuntimeError):
        async for _ in run.stream_events():
            pass
    assert str(trace) == "agent broken ✗ RuntimeError: down\n└─ llm ScriptedModel ✗ RuntimeError: down"

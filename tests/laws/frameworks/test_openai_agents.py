"""OpenAI Agents: parallel tools, agents as tools, guardrails beside the model, streams, all held up at random."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from agents import Agent, GuardrailFunctionOutput, Runner, function_tool, input_guardrail, set_trace_processors
from agents.testing import ScriptedModel, assistant_message, function_call

from tests.laws.frameworks.schedules import DESK_WITH_A_THREAD_AGAIN, tools_of, trees
from tests.laws.waits.steps import Steps


@pytest.fixture(autouse=True, scope="module")
def nothing_is_uploaded() -> None:
    set_trace_processors([])


class Held(ScriptedModel):
    """Answers after a while."""

    def __init__(self, step: Steps, *turns: Any) -> None:
        super().__init__(turns)
        self._step = step

    async def get_response(self, *args: Any, **kwargs: Any) -> Any:
        await asyncio.sleep(self._step.delay())
        return await super().get_response(*args, **kwargs)

    async def stream_response(self, *args: Any, **kwargs: Any) -> AsyncIterator[Any]:
        await asyncio.sleep(self._step.delay())
        async for event in super().stream_response(*args, **kwargs):
            yield event


def asks_for(*names: str, **arguments: str) -> list[Any]:
    return [function_call(name, arguments, call_id=f"{name}-{index}") for index, name in enumerate(names)]


def desk(step: Steps) -> Agent:
    turns = [asks_for("fans_out", "hands_over", "in_thread"), asks_for("in_thread"), [assistant_message("x")]]
    return Agent(name="desk", model=Held(step, *turns), tools=[function_tool(one) for one in tools_of(step)])


DESK = DESK_WITH_A_THREAD_AGAIN.format(model="Held")


async def streams(step: Steps) -> None:
    for _ in range(2):
        async for _ in Runner.run_streamed(desk(step), "?").stream_events():
            await asyncio.sleep(step.delay())


def test_tools_of_one_answer_are_side_by_side_and_turns_come_one_after_the_other() -> None:
    assert trees(lambda step: Runner.run(desk(step), "?")) == {DESK}


def test_streamed_runs_in_a_loop_come_one_after_the_other() -> None:
    assert trees(streams) == {f"{DESK}\n{DESK}"}


def office(step: Steps) -> Agent:
    @function_tool
    async def look() -> str:
        return await step.later("seen")

    @input_guardrail
    async def polite(context: Any, agent: Any, input: Any) -> GuardrailFunctionOutput:
        for _ in range(6):
            await asyncio.sleep(step.delay())
        return GuardrailFunctionOutput(output_info=None, tripwire_triggered=False)

    def answering(*turns: Any) -> Held:
        return Held(step, *turns, [assistant_message("x")])

    inner = [Agent(name=who, model=answering(asks_for("look", "look")), tools=[look]) for who in "ab"]
    tools = [agent.as_tool(f"ask_{agent.name}", "Asks.") for agent in inner]
    model = answering(asks_for("ask_a", "ask_b", input="?"))
    return Agent(name="office", model=model, tools=tools, input_guardrails=[polite])


OFFICE = """\
agent office
  ∥ guardrail polite
  ∥ llm Held
  ∥ ↳ ∥ tool ask_a
    agent a
      llm Held
      ∥ tool look
        tool seen
      ∥ tool look
        tool seen
      llm Held
  ∥ ↳ ∥ tool ask_b
    agent b
      llm Held
      ∥ tool look
        tool seen
      ∥ tool look
        tool seen
      llm Held
"""
AFTER_THE_GUARDRAIL, BESIDE_THE_GUARDRAIL = "  llm Held", "  ∥ ↳ llm Held"


async def streamed(step: Steps) -> None:
    async for _ in Runner.run_streamed(office(step), "?").stream_events():
        pass


def test_a_guardrail_is_beside_the_first_turn_and_before_the_second() -> None:
    assert trees(lambda step: Runner.run(office(step), "?")) == {OFFICE + AFTER_THE_GUARDRAIL}


def test_a_guardrail_of_a_streamed_run_is_beside_all_turns() -> None:
    assert trees(streamed) == {OFFICE + BESIDE_THE_GUARDRAIL}

"""pydantic-ai: parallel tools, sync tools in threads, agents in tools, streams in a loop, all held up at random."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import Any

from pydantic_ai import Agent, ModelRetry

from tests.adapters.with_pydantic_ai.models import ScriptedModel, ScriptedStream, Turn
from tests.laws.frameworks.schedules import DESK_WITH_THREE_TOOLS, tools_of, trees
from tests.laws.waits.steps import Steps


class Held(ScriptedModel):
    """Answers after a while; calls of one tool have ids of their own."""

    def __init__(self, step: Steps, *turns: Turn) -> None:
        super().__init__(*turns)
        self._step = step

    async def request(self, messages, settings, parameters):
        await asyncio.sleep(self._step.delay())
        answer = await super().request(messages, settings, parameters)
        for number, call in enumerate(answer.tool_calls):
            call.tool_call_id += f"-{number}"
        return answer

    @asynccontextmanager
    async def request_stream(self, messages, settings, parameters, run_context=None):
        await asyncio.sleep(self._step.delay())
        yield ScriptedStream(parameters, turn=self._turn(), number=len(self._turns))


def desk(step: Steps) -> Agent[None, str]:
    first: Any = [("fans_out", {}), ("in_thread", {}), ("hands_over", {})]
    model = Held(step, first, [("flaky", {})], [("flaky", {})], "It is done.")
    agent = Agent(model, name="desk", tools=tools_of(step))
    failures = [ModelRetry("again")]

    @agent.tool_plain
    async def flaky() -> str:
        await asyncio.sleep(step.delay())
        if failures:
            raise failures.pop()
        return "ok"

    return agent


DESK = f"""\
{DESK_WITH_THREE_TOOLS.format(model="gpt-x")}
  tool flaky
  llm gpt-x
  tool flaky
  llm gpt-x"""


def test_tools_of_one_answer_are_side_by_side_and_turns_come_one_after_the_other() -> None:
    assert trees(lambda step: desk(step).run("?")) == {DESK}


async def streams(step: Steps) -> None:
    for _ in range(2):
        async with desk(step).run_stream("?") as answer:
            async for _ in answer.stream_text(delta=True, debounce_by=None):
                await asyncio.sleep(step.delay())


def test_streamed_runs_in_a_loop_come_one_after_the_other() -> None:
    assert trees(streams) == {f"{DESK}\n{DESK}"}


def office(step: Steps) -> Agent[None, str]:
    agent = Agent(Held(step, [("ask", {"who": "a"}), ("ask", {"who": "b"}), ("look", {})], "x"), name="office")

    @agent.tool_plain
    async def ask(who: str) -> str:
        inner = Agent(Held(step, [("look", {}), ("look", {})], "y"), name=who, tools=[look])
        return (await inner.run("?")).output

    @agent.tool_plain
    async def look() -> str:
        return await step.later("seen")

    return agent


OFFICE = """\
agent office
  llm gpt-x
  ∥ tool ask
    agent b
      llm gpt-x
      ∥ tool look
        tool seen
      ∥ tool look
        tool seen
      llm gpt-x
  ∥ tool ask
    agent a
      llm gpt-x
      ∥ tool look
        tool seen
      ∥ tool look
        tool seen
      llm gpt-x
  ∥ tool look
    tool seen
  llm gpt-x"""


def test_agents_in_tools_have_turns_of_their_own() -> None:
    assert trees(lambda step: office(step).run("?")) == {OFFICE}

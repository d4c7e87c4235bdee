"""The SDKs of OpenAI and Anthropic: calls side by side in tasks and threads, streams, the loop of tools."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx2
from anthropic import AsyncAnthropic, beta_async_tool
from openai import AsyncOpenAI, OpenAI

from pytest_traces.runtime import span
from tests.adapters.doubles.wire import ASK
from tests.adapters.with_anthropic.replies import message, tool_use
from tests.adapters.with_openai.replies import chat, chunks
from tests.laws.frameworks.schedules import tools_of, trees
from tests.laws.waits.steps import Steps


def held(kind: type, step: Steps, replies: Iterator[Any]) -> Any:
    """Return a client whose server answers after a while."""

    def answer(request: Any) -> Any:
        time.sleep(step.delay())
        return next(replies)

    async def answer_later(request: Any) -> Any:
        await asyncio.sleep(step.delay())
        return next(replies)

    if "Async" in kind.__name__:
        http: Any = httpx2.AsyncClient(transport=httpx2.MockTransport(answer_later))
    else:
        http = httpx2.Client(transport=httpx2.MockTransport(answer))
    return kind(api_key="k", http_client=http, max_retries=0)


async def tasks(step: Steps) -> None:
    complete = held(AsyncOpenAI, step, iter(chat, None)).chat.completions.create

    async def ask(who: str) -> None:
        with span(span_type="agent", name=who):
            await complete(model=f"{who}-1", messages=ASK)
            await asyncio.gather(*(complete(model=f"{who}-{at}", messages=ASK) for at in (2, 3)))
            await step.later("told")

    await asyncio.gather(ask("a"), ask("b"))
    await ask("c")


def agent(who: str) -> str:
    return f"agent {who}\n  llm {who}-1\n  ∥ llm {who}-2\n  ∥ llm {who}-3\n  tool told"


def test_calls_that_are_gathered_are_side_by_side() -> None:
    assert trees(tasks) == {f"∥ {agent('a')}\n∥ {agent('b')}\n{agent('c')}"}


def threads(step: Steps) -> None:
    complete = held(OpenAI, step, iter(chat, None)).chat.completions.create

    def tool(name: str) -> None:
        with span(span_type="tool", name=name):
            complete(model=f"{name}-1", messages=ASK)
            complete(model=f"{name}-2", messages=ASK)

    with span(span_type="agent", name="agent"):
        complete(model="first", messages=ASK)
        with ThreadPoolExecutor() as pool:
            list(pool.map(tool, "ab"))
        complete(model="last", messages=ASK)


THREADS = """\
agent agent
  llm first
  ∥ tool a
    llm a-1
    llm a-2
  ∥ tool b
    llm b-1
    llm b-2
  llm last"""


def test_tools_in_a_pool_are_side_by_side_below_the_agent_that_submits_them() -> None:
    assert trees(threads) == {THREADS}


async def streams(step: Steps) -> None:
    complete = held(AsyncOpenAI, step, iter(chunks, None)).chat.completions.create

    async def read(model: str) -> None:
        async for _ in await complete(model=model, messages=ASK, stream=True):
            await asyncio.sleep(step.delay())
        await step.later(f"after {model}")

    await asyncio.gather(read("a"), read("b"))
    await read("c")


def test_what_follows_a_stream_comes_after_it() -> None:
    assert trees(streams) == {"∥ llm a\n∥ ↳ tool after a\n∥ llm b\n∥ ↳ tool after b\nllm c\ntool after c"}


async def tool_runner(step: Steps) -> None:
    asked = message(tool_use("fans_out", "t1"), tool_use("hands_over", "t2"), stop_reason="tool_use")
    client = held(AsyncAnthropic, step, iter([asked, message()]))
    fans_out, hands_over, _ = tools_of(step)
    tools: Any = [beta_async_tool(fans_out), beta_async_tool(hands_over)]
    await client.beta.messages.tool_runner(model="m", max_tokens=9, messages=ASK, tools=tools).until_done()


TOOL_RUNNER = """\
agent anthropic.messages.tool_runner
  llm m
  tool fans_out
    tool look
    ∥ tool left
    ∥ tool right
    tool both
  tool hands_over
    tool ask
    tool work
    tool told
  llm m"""


def test_anthropics_loop_calls_one_tool_after_the_other() -> None:
    assert trees(tool_runner) == {TOOL_RUNNER}

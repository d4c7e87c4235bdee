"""What was tried again: by the model, in a workflow's loop, and inside one model call."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import openai
import pytest
from openai.types.chat import ChatCompletionChunk
from timbal import Agent, Tool
from timbal.core.fallback_model import FallbackModel, ModelEntry
from timbal.core.llm import router
from timbal.core.llm.retry import MAX_RETRY_DELAY
from timbal.core.test_model import TestModel

from pytest_traces.trace.fixture import TraceFixture
from pytest_traces.trace.trace import Trace
from tests.adapters.with_timbal.models import tool_calls

REQUEST = httpx.Request("POST", "http://models.example")
BUSY = openai.APIConnectionError(message="connection lost", request=REQUEST)


def patient(*names: str, retries: int) -> FallbackModel:
    return FallbackModel(*(ModelEntry(name, max_retries=retries, retry_delay=0.0) for name in names))


def pieces(text: str) -> list[ChatCompletionChunk]:
    base: dict[str, Any] = {"id": "x", "created": 0, "model": "m", "object": "chat.completion.chunk"}
    usage = {"prompt_tokens": 20, "completion_tokens": 7, "total_tokens": 27}
    return [
        ChatCompletionChunk(**base, choices=[{"index": 0, "delta": {"content": text}}]),
        ChatCompletionChunk(**base, choices=[], usage=usage),
    ]


@pytest.fixture
def transport(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Script what the wire gives to each attempt: an error to raise, or a text to stream."""
    monkeypatch.setenv("OPENAI_API_KEY", "none")

    def script(*attempts: Exception | str | None) -> None:
        waiting = iter(attempts)

        def prepare(**_: Any) -> tuple[Callable[[], AsyncIterator[Any]], str]:
            return stream, "scripted"

        async def stream() -> AsyncIterator[Any]:
            attempt = next(waiting)
            if isinstance(attempt, Exception):
                raise attempt
            for piece in pieces(attempt) if attempt is not None else ():
                yield piece

        monkeypatch.setattr(router, "prepare_responses_request", prepare)
        monkeypatch.setattr(router, "prepare_chat_completions_request", prepare)

    return script


async def test_a_tool_the_model_calls_again_after_a_failure_was_retried(trace: Trace) -> None:
    failures = [TimeoutError("upstream timed out")]

    def load() -> str:
        if failures:
            raise failures.pop()
        return "rows"

    said = [tool_calls(("load", {})), tool_calls(("load", {})), "Done."]
    await Agent(name="helper", tools=[load], model=TestModel(responses=said))(prompt="go").collect()
    [retry] = trace.retries
    assert (retry.name, retry.attempts, retry.recovered) == ("load", 2, True)
    assert trace.status == "warning"


async def test_attempts_on_the_wire_are_told_although_timbal_shows_one_call(
    trace: Trace, transport: Callable[..., None]
) -> None:
    transport(BUSY, None, "It is sunny.")
    await Agent(name="helper", model=patient("openai/gpt-4o-mini", retries=3))(prompt="go").collect()
    assert str(trace).splitlines() == ["agent helper", "└─ llm llm"]
    [retry] = trace.retries
    assert (retry.name, retry.type, retry.attempts, retry.recovered) == ("llm", "llm", 3, True)
    assert [str(error) for error in retry.errors] == [
        "APIConnectionError: connection lost",
        "EmptyStream: the model sent nothing",
    ]
    assert [event.payload["type"] for event in trace.events if event.type == "retry"] == [
        "APIConnectionError",
        "EmptyStream",
    ]


async def test_timbals_waits_between_attempts_are_cut_and_told(
    trace: TraceFixture, transport: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("random.uniform", lambda least, most: most)
    trace.without_waiting()
    transport(BUSY, BUSY, "It is sunny.")
    model = FallbackModel(ModelEntry("openai/gpt-4o-mini", max_retries=2, retry_delay=MAX_RETRY_DELAY))
    await Agent(name="helper", model=model)(prompt="go").collect()
    [retry] = trace.retries
    assert (retry.attempts, retry.recovered, retry.skipped_ms) == (3, True, 2 * MAX_RETRY_DELAY * 1e3)


async def test_the_last_attempt_of_a_call_that_gave_up_is_its_error_and_no_retry(
    trace: Trace, transport: Callable[..., None]
) -> None:
    transport(BUSY, BUSY)
    await Agent(name="helper", model=patient("openai/gpt-4o-mini", retries=1))(prompt="go").collect()
    [retry] = trace.retries
    assert (retry.attempts, retry.recovered, len(retry.errors)) == (2, False, 2)
    assert trace.status == "failed"


async def test_one_attempt_is_no_retry(trace: Trace, transport: Callable[..., None]) -> None:
    transport(ValueError("bad request"))
    await Agent(name="helper", model="openai/gpt-4o-mini")(prompt="go").collect()
    assert not trace.retries
    assert str(trace.one("llm").error) == "ValueError: bad request"


async def test_a_fallback_to_another_model_is_a_retry_too(trace: Trace, transport: Callable[..., None]) -> None:
    transport(BUSY, "It is sunny.")
    model = patient("openai/gpt-4o", "openai/gpt-4o-mini", retries=0)
    await Agent(name="helper", model=model)(prompt="go").collect()
    [retry] = trace.retries
    assert (retry.attempts, retry.recovered) == (2, True)
    assert trace.one("llm").model == "openai/gpt-4o-mini"


async def test_attempts_without_a_recorder_are_made_all_the_same(
    transport: Callable[..., None],
) -> None:
    transport(BUSY, "It is sunny.")
    output = await Agent(name="helper", model=patient("openai/gpt-4o-mini", retries=1))(prompt="go").collect()
    assert output.output.collect_text() == "It is sunny."


async def test_calls_side_by_side_with_one_that_fails_are_no_retries(trace: Trace) -> None:
    async def load(key: int) -> int:
        await asyncio.sleep(0)
        return {2: 2}[key]

    tool = Tool(handler=load)
    await asyncio.gather(*(tool(key=key).collect() for key in (1, 2)))
    assert not trace.retries

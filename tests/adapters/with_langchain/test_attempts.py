"""LangChain: `with_retry` makes attempts, `with_fallbacks` makes other calls."""

from __future__ import annotations

from typing import Any

import pytest
from langchain_core.language_models import FakeListChatModel
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.runnables import RunnableLambda
from langchain_core.tools import tool

from pytest_traces.trace.trace import Trace


class Faltering(FakeListChatModel):
    """A model that fails as often as it is told to."""

    failures: Any = ()

    def _call(self, *args: Any, **kwargs: Any) -> str:
        self.falter()
        return super()._call(*args, **kwargs)

    def _stream(self, *args: Any, **kwargs: Any) -> Any:
        self.falter()
        yield from super()._stream(*args, **kwargs)

    def falter(self) -> None:
        if self.failures:
            raise self.failures.pop()


def up(number: int) -> int:
    return number + 1


def broken(number: int) -> int:
    raise ValueError("broken")


def flaky(*failures: Exception) -> RunnableLambda[int, int]:
    left = list(failures)

    def flaky(number: int) -> int:
        if left:
            raise left.pop(0)
        return number

    return RunnableLambda(flaky)


def patiently(step: Any, attempts: int = 3) -> Any:
    return step.with_retry(wait_exponential_jitter=False, stop_after_attempt=attempts)


def test_attempts_of_a_model_are_a_retry(trace: Trace) -> None:
    patiently(Faltering(responses=["ok"], failures=[ValueError("overloaded")])).invoke("q")
    assert str(trace) == "llm Faltering ✗ ValueError: overloaded\nllm Faltering"
    [retry] = trace.retries
    assert (retry.name, retry.attempts, retry.recovered) == ("Faltering", 2, True)


def test_attempts_of_a_step_stand_where_the_step_is(trace: Trace) -> None:
    (RunnableLambda(up) | patiently(flaky(ValueError("a"), KeyError("b"))) | RunnableLambda(up)).invoke(1)
    assert str(trace).splitlines() == [
        "workflow RunnableSequence",
        "├─ chain up",
        "├─ chain flaky ✗ ValueError: a",
        "├─ chain flaky ✗ KeyError: 'b'",
        "├─ chain flaky",
        "└─ chain up",
    ]
    [retry] = trace.retries
    assert (retry.attempts, retry.recovered, [error.type for error in retry.errors]) == (
        3,
        True,
        ["ValueError", "KeyError"],
    )


async def test_a_tool_that_gives_up_has_failed_attempts_alone(trace: Trace) -> None:
    @tool
    async def look(at: str) -> str:
        """Look."""
        raise TimeoutError("too slow")

    with pytest.raises(TimeoutError):
        await patiently(look, 2).ainvoke({"at": "sky"})
    assert str(trace) == "tool look ✗ TimeoutError: too slow\ntool look ✗ TimeoutError: too slow"
    [retry] = trace.retries
    assert (retry.attempts, retry.recovered) == (2, False)


def test_an_attempt_is_one_also_if_the_failed_one_changed_its_input(trace: Trace) -> None:
    def draft(notes: list[str]) -> str:
        notes.append("x")
        if len(notes) < 3:
            raise ValueError("too short")
        return "".join(notes)

    patiently(RunnableLambda(draft)).batch([[], []])
    assert [(retry.name, retry.attempts, retry.recovered) for retry in trace.retries] == [("draft", 3, True)] * 2


FALLEN_BACK = "workflow RunnableWithFallbacks\n├─ llm Faltering ✗ ValueError: no\n└─ llm FakeListChatModel"


def with_another() -> Any:
    first = Faltering(responses=["x"], failures=[ValueError("no")])
    return first.with_fallbacks([FakeListChatModel(responses=["b"])])


def test_a_fallback_is_another_call(trace: Trace) -> None:
    assert with_another().invoke("q").content == "b"
    assert str(trace) == FALLEN_BACK
    assert not trace.retries


async def test_a_fallback_in_a_loop_is_the_same(trace: Trace) -> None:
    await with_another().ainvoke("q")
    assert str(trace) == FALLEN_BACK


def test_a_fallback_of_a_stream_is_the_same(trace: Trace) -> None:
    assert "".join(piece.content for piece in with_another().stream("q")) == "b"
    assert str(trace) == FALLEN_BACK


def test_a_fallback_inside_a_chain_is_machinery(trace: Trace) -> None:
    (ChatPromptTemplate.from_messages([("user", "{q}")]) | with_another()).invoke({"q": "hi"})
    tree = ["workflow RunnableSequence", "├─ llm Faltering ✗ ValueError: no", "└─ llm FakeListChatModel"]
    assert str(trace).splitlines() == tree
    assert trace.machinery.names == ["ChatPromptTemplate", "RunnableWithFallbacks"]


def test_a_fallback_after_all_attempts_stands_beside_them(trace: Trace) -> None:
    assert patiently(RunnableLambda(broken), 2).with_fallbacks([RunnableLambda(up)]).invoke(1) == 2
    assert str(trace).splitlines() == [
        "workflow RunnableWithFallbacks",
        "├─ chain broken ✗ ValueError: broken",
        "├─ chain broken ✗ ValueError: broken",
        "└─ chain up",
    ]


def test_a_run_whose_fallbacks_all_fail_has_the_first_error(trace: Trace) -> None:
    def hopeless(number: int) -> int:
        raise KeyError("hopeless")

    with pytest.raises(ValueError, match="broken"):
        RunnableLambda(broken).with_fallbacks([RunnableLambda(hopeless)]).invoke(1)
    assert str(trace).splitlines() == [
        "workflow RunnableWithFallbacks ✗ ValueError: broken",
        "├─ chain broken ✗ ValueError: broken",
        "└─ chain hopeless ✗ KeyError: 'hopeless'",
    ]

"""LangChain: chains, models, retrievers, tools, streams, attempts and fallbacks."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from langchain_core.documents import Document
from langchain_core.language_models import FakeListChatModel
from langchain_core.messages import AIMessage
from langchain_core.output_parsers import StrOutputParser
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import RunnableLambda, RunnableParallel
from langchain_core.tools import tool
from langchain_core.utils.function_calling import convert_to_openai_tool

from pytest_traces.conventions.offered import offered_tools
from pytest_traces.runtime import span
from pytest_traces.trace.trace import Trace
from tests.adapters.with_langchain.models import scripted


class Faltering(FakeListChatModel):
    """A model that fails as often as it is told to."""

    failures: Any = ()

    def _call(self, *args: Any, **kwargs: Any) -> str:
        if self.failures:
            raise self.failures.pop()
        return super()._call(*args, **kwargs)


def chain() -> Any:
    return (
        ChatPromptTemplate.from_messages([("user", "{q}")]) | FakeListChatModel(responses=["hello"]) | StrOutputParser()
    )


def test_prompts_and_parsers_are_machinery(trace: Trace) -> None:
    assert chain().invoke({"q": "hi"}) == "hello"
    assert str(trace) == "workflow RunnableSequence\n└─ llm FakeListChatModel"
    assert trace.machinery.names == ["ChatPromptTemplate", "StrOutputParser"]
    assert (trace.roots[0].input, trace.roots[0].output) == ({"q": "hi"}, "hello")


def test_items_of_a_batch_are_side_by_side(trace: Trace) -> None:
    def double(number: int) -> int:
        return number * 2

    assert RunnableLambda(double).batch([1, 2, 3]) == [2, 4, 6]
    assert str(trace).splitlines() == ["∥ workflow double"] * 3
    assert sorted(root.output for root in trace.roots) == [2, 4, 6]


def test_functions_of_a_parallel_step_are_side_by_side(trace: Trace) -> None:
    def up(number: int) -> int:
        return number + 1

    def down(number: int) -> int:
        return number - 1

    (RunnableLambda(up) | RunnableParallel(a=RunnableLambda(up), b=RunnableLambda(down))).invoke(1)
    tree = ["workflow RunnableSequence", "├─ chain up", "├─ ∥ chain down", "└─ ∥ chain up"]
    assert str(trace).splitlines() == tree


@pytest.mark.parametrize("kind", ["sync", "async"])
def test_a_stream_is_told_piece_by_piece_and_its_consumer_is_outside(trace: Trace, kind: str) -> None:
    model = FakeListChatModel(responses=["ab"])

    async def consume() -> None:
        async for _ in model.astream("q"):
            with span(span_type="tool", name="consumer"):
                pass

    if kind == "async":
        asyncio.run(consume())
    else:
        for _ in model.stream("q"):
            with span(span_type="tool", name="consumer"):
                pass
    assert str(trace) == "llm FakeListChatModel\ntool consumer\ntool consumer"
    assert [event.chunk for event in trace.events if event.type == "chunk"] == ["a", "b"]


def test_attempts_of_a_model_are_a_retry(trace: Trace) -> None:
    model = Faltering(responses=["ok"], failures=[ValueError("overloaded")])
    model.with_retry(wait_exponential_jitter=False).invoke("q")
    [retry] = trace.retries
    assert (retry.name, retry.attempts, retry.recovered) == ("Faltering", 2, True)


def test_an_attempt_is_one_also_if_the_failed_one_changed_its_input(trace: Trace) -> None:
    def draft(notes: list[str]) -> str:
        notes.append("x")
        if len(notes) < 3:
            raise ValueError("too short")
        return "".join(notes)

    steady = RunnableLambda(draft).with_retry(wait_exponential_jitter=False, stop_after_attempt=3)
    steady.batch([[], []])
    assert [(retry.name, retry.attempts, retry.recovered) for retry in trace.retries] == [("draft", 3, True)] * 2


def test_a_fallback_is_another_call(trace: Trace) -> None:
    broken = Faltering(responses=["x"], failures=[ValueError("no")])
    broken.with_fallbacks([FakeListChatModel(responses=["b"])]).invoke("q")
    assert [(call.name, call.status) for call in trace.llms] == [
        ("Faltering", "error"),
        ("FakeListChatModel", "success"),
    ]
    assert not trace.retries


def test_a_retriever_gives_its_documents(trace: Trace) -> None:
    class Shelf(BaseRetriever):
        def _get_relevant_documents(self, query: str, *, run_manager: Any) -> list[Document]:
            return [Document("a book", metadata={"shelf": 1})]

    Shelf().invoke("books")
    found = trace.one("Shelf", type="retrieval")
    assert (found.input, found.output) == ("books", [{"page_content": "a book", "metadata": {"shelf": 1}}])


@tool
def divide(a: int, b: int) -> float:
    """Divide."""
    with span(span_type="retrieval", name="inside"):
        return a / b


def test_what_a_tool_runs_is_below_it(trace: Trace) -> None:
    divide.invoke({"a": 1, "b": 2})
    assert str(trace) == "tool divide\n└─ retrieval inside"
    assert (trace.one("divide").input, trace.one("divide").output) == ({"a": 1, "b": 2}, 0.5)


def test_a_tool_that_fails_raises_as_ever_and_is_an_error(trace: Trace) -> None:
    with pytest.raises(ZeroDivisionError):
        divide.invoke({"a": 1, "b": 0})
    assert str(trace.one("divide").error) == "ZeroDivisionError: division by zero"


def test_tokens_and_model_come_from_the_message(trace: Trace) -> None:
    usage: Any = {"input_tokens": 10, "output_tokens": 4, "total_tokens": 14, "input_token_details": {"cache_read": 3}}
    scripted(AIMessage("hi", usage_metadata=usage, response_metadata={"model_name": "gpt-x"})).invoke("q")
    call = trace.one(type="llm")
    assert call.model == "gpt-x"
    assert (call.usage.input_tokens, call.usage.output_tokens, call.usage.cached_input_tokens) == (10, 4, 3)


def test_tags_and_metadata_of_the_program_are_kept_and_langchains_own_are_not(trace: Trace) -> None:
    FakeListChatModel(responses=["a"]).invoke("q", {"tags": ["beta"], "metadata": {"team": "desk"}})
    call = trace.one(type="llm")
    assert (call.tags, dict(call.metadata)) == (("beta",), {"team": "desk"})


async def test_a_retriever_that_is_cancelled_is_no_failure(trace: Trace) -> None:
    class Slow(BaseRetriever):
        def _get_relevant_documents(self, query: str, *, run_manager: Any) -> list[Document]:
            return []

        async def _aget_relevant_documents(self, query: str, *, run_manager: Any) -> list[Document]:
            raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await Slow().ainvoke("books")
    assert trace.one("Slow").status == "cancelled"


def test_a_model_call_holds_the_tools_that_it_was_offered(trace: Trace) -> None:
    @tool
    def refund(order: str, amount: int) -> str:
        """Give the money back."""
        return "done"

    scripted(AIMessage("Done.")).bind(tools=[convert_to_openai_tool(refund)]).invoke("Refund order 7.")
    call = trace.llms[0]
    assert offered_tools(call.input, call.attributes) == {"refund": ["amount", "order"]}

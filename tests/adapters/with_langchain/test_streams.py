"""LangChain: streams, read or left, and batches."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from langchain_core.language_models import FakeListChatModel, FakeListLLM
from langchain_core.messages import HumanMessage
from langchain_core.output_parsers import StrOutputParser
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.runnables import RunnableLambda

from pytest_traces.runtime import span
from pytest_traces.trace.trace import Trace
from tests.adapters.with_langchain.models import calls, scripted, steps_a_and_b

MODEL = FakeListChatModel(responses=["abc"])


def chain() -> Any:
    return ChatPromptTemplate.from_messages([("user", "{q}")]) | MODEL | StrOutputParser()


@pytest.mark.parametrize("kind", ["sync", "async"])
def test_a_stream_is_told_piece_by_piece_and_its_consumer_is_outside(trace: Trace, kind: str) -> None:
    async def consume() -> None:
        async for _ in MODEL.astream("q"):
            with span(span_type="tool", name="consumer"):
                pass

    if kind == "async":
        asyncio.run(consume())
    else:
        for _ in MODEL.stream("q"):
            with span(span_type="tool", name="consumer"):
                pass
    assert str(trace) == "llm FakeListChatModel" + "\ntool consumer" * 3
    assert [event.chunk for event in trace.events if event.type == "chunk"] == ["a", "b", "c"]


CHAIN = "workflow RunnableSequence\n└─ llm FakeListChatModel"


async def test_events_of_a_chain_leave_its_tree_as_it_is(trace: Trace) -> None:
    kinds = [event["event"] async for event in chain().astream_events({"q": "1"}, version="v2")]
    assert kinds.count("on_chat_model_stream") == 3
    assert str(trace) == CHAIN
    assert "".join(event.chunk for event in trace.llms[0].events if event.type == "chunk") == "abc"


LEFT = {
    "a chain": (lambda: chain().astream({"q": "1"}), "workflow RunnableSequence", "└─ llm FakeListChatModel"),
    "its events": (
        lambda: chain().astream_events({"q": "1"}, version="v2", include_types=["chat_model"]),
        "workflow RunnableSequence",
        "└─ llm FakeListChatModel",
    ),
    "a model": (lambda: MODEL.bind(stop=["x"]).astream("q"), "llm FakeListChatModel"),
    "a graph": (lambda: steps_a_and_b().astream({"done": []}), "workflow graph", "└─ action a"),
}


@pytest.mark.parametrize("closes", [True, False], ids=["closed", "dropped"])
@pytest.mark.parametrize("what", LEFT)
async def test_a_stream_that_is_left_is_cut_off_at_once(trace: Trace, what: str, closes: bool) -> None:
    make, *tree = LEFT[what]
    stream = make()
    async for _ in stream:
        break
    if closes:
        await stream.aclose()
    del stream
    assert [line.removesuffix(" [cancelled]") for line in str(trace).splitlines()] == tree
    assert (trace.roots[0].status, trace.find(status="running").count) == ("cancelled", 0)
    assert {call.status for call in trace.find(type="llm")} <= {"cancelled"}


def test_a_stream_of_a_chain_that_is_left_in_a_thread_is_read_to_its_end_by_langchain(trace: Trace) -> None:
    for _ in chain().stream({"q": "1"}):
        break
    assert str(trace) == CHAIN
    assert "".join(event.chunk for event in trace.llms[0].events if event.type == "chunk") == "abc"


def test_a_model_whose_stream_is_left_in_a_thread_is_cut_off(trace: Trace) -> None:
    for _ in MODEL.stream("q"):
        break
    assert str(trace) == "llm FakeListChatModel [cancelled]"


async def test_a_model_that_is_cancelled_is_cancelled(trace: Trace) -> None:
    asked = asyncio.Event()

    class Slow(FakeListChatModel):
        async def _agenerate(self, *args: Any, **kwargs: Any) -> Any:
            asked.set()
            await asyncio.Event().wait()

    run = asyncio.create_task((RunnableLambda(str) | Slow(responses=["x"])).ainvoke("q"))
    await asked.wait()
    run.cancel()
    with pytest.raises(asyncio.CancelledError):
        await run
    assert [(one.type, one.status) for one in trace.find(status="cancelled")] == [
        ("workflow", "cancelled"),
        ("llm", "cancelled"),
    ]


def test_items_of_a_batch_are_side_by_side(trace: Trace) -> None:
    def double(number: int) -> int:
        return number * 2

    assert RunnableLambda(double).batch([1, 2, 3]) == [2, 4, 6]
    assert str(trace).splitlines() == ["∥ workflow double"] * 3
    assert sorted(root.output for root in trace.roots) == [2, 4, 6]


def test_an_item_of_a_batch_that_fails_is_an_error_of_its_own(trace: Trace) -> None:
    def inverse(number: int) -> float:
        return 1 / number

    RunnableLambda(inverse).batch([0, 1], return_exceptions=True)
    assert sorted(root.status for root in trace.roots) == ["error", "success"]


async def test_two_batches_of_a_chain_are_roots_one_after_the_other(trace: Trace) -> None:
    for _ in range(2):
        await chain().abatch([{"q": "1"}, {"q": "2"}])
    assert str(trace).splitlines() == ["∥ workflow RunnableSequence", "└─ llm FakeListChatModel"] * 4


def test_texts_that_one_call_completes_are_calls_beside_one_another(trace: Trace) -> None:
    FakeListLLM(responses=["x", "y"]).batch(["a", "b"])
    assert str(trace) == "llm FakeListLLM\nllm FakeListLLM"
    assert [call.input for call in trace.llms] == ["a", "b"]


async def test_conversations_of_one_call_are_counted_each(trace: Trace) -> None:
    await scripted(calls("x"), calls("y")).agenerate([[HumanMessage("a")], [HumanMessage("b")]])
    assert [call.parent for call in trace.llms] == [None, None]
    assert trace.usage.requests == 2


class Looking(FakeListChatModel):
    """Looks something up for each conversation."""

    def _call(self, messages: Any, *args: Any, **kwargs: Any) -> str:
        with span(span_type="retrieval", name=messages[0].content):
            return "x"

    async def _agenerate(self, messages: Any, stop: Any = None, run_manager: Any = None, **kwargs: Any) -> Any:
        return self._generate(messages, stop, run_manager, **kwargs)


@pytest.mark.parametrize(
    "ask",
    [Looking.generate, lambda model, batch: asyncio.run(model.agenerate(batch))],
    ids=["one after the other", "in tasks"],
)
def test_what_a_model_of_a_batch_runs_is_below_its_own_call(trace: Trace, ask: Callable[..., Any]) -> None:
    ask(Looking(responses=["x"]), [[HumanMessage("a")], [HumanMessage("b")]])
    assert str(trace).splitlines() == ["llm Looking", "└─ retrieval a", "llm Looking", "└─ retrieval b"]

"""LangChain: chains, models, retrievers and tools."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from langchain_core.callbacks import dispatch_custom_event
from langchain_core.chat_history import InMemoryChatMessageHistory
from langchain_core.documents import Document
from langchain_core.language_models import FakeListChatModel
from langchain_core.messages import AIMessage
from langchain_core.output_parsers import StrOutputParser
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import RunnableBranch, RunnableLambda, RunnableParallel, RunnablePassthrough
from langchain_core.runnables.history import RunnableWithMessageHistory
from langchain_core.tools import StructuredTool, ToolException, tool
from langchain_core.utils.function_calling import convert_to_openai_tool

from pytest_traces.conventions.offered_tools import offered_tools
from pytest_traces.runtime import span
from pytest_traces.trace.fixture import TraceFixture
from pytest_traces.trace.trace import Trace
from tests.adapters.with_langchain.models import scripted


def chain() -> Any:
    return (
        ChatPromptTemplate.from_messages([("user", "{q}")]) | FakeListChatModel(responses=["hello"]) | StrOutputParser()
    )


def test_prompts_and_parsers_are_machinery(trace: Trace) -> None:
    assert chain().invoke({"q": "hi"}) == "hello"
    assert str(trace) == "workflow RunnableSequence\n└─ llm FakeListChatModel"
    assert trace.machinery.names == ["ChatPromptTemplate", "StrOutputParser"]
    assert (trace.roots[0].input, trace.roots[0].output) == ({"q": "hi"}, "hello")


@pytest.mark.parametrize(("given", "artifact"), [("nothing", None), (("nothing", {"rows": 0}), {"rows": 0})])
def test_a_tool_with_an_artifact_is_given_its_content_alone_or_both(
    trace: TraceFixture, given: Any, artifact: Any
) -> None:
    @tool(response_format="content_and_artifact")
    def search(q: str) -> tuple[str, dict[str, int]]:
        """Search."""
        return "found", {"rows": 1}

    trace.on("search").returns(given)
    message = search.invoke({"type": "tool_call", "name": "search", "id": "call-1", "args": {"q": "a"}})
    assert (message.content, message.artifact) == ("nothing", artifact)


def test_functions_of_a_parallel_step_are_side_by_side(trace: Trace) -> None:
    def up(number: int) -> int:
        return number + 1

    def down(number: int) -> int:
        return number - 1

    (RunnableLambda(up) | RunnableParallel(a=RunnableLambda(up), b=RunnableLambda(down))).invoke(1)
    tree = ["workflow RunnableSequence", "├─ chain up", "├─ ∥ chain down", "└─ ∥ chain up"]
    assert str(trace).splitlines() == tree


def test_a_step_that_the_program_did_not_name_is_machinery_and_its_events_are_told_above_it(trace: Trace) -> None:
    def report(number: int) -> int:
        dispatch_custom_event("progress", number)
        return number

    (RunnableLambda(lambda number: report(number)) | RunnableLambda(report)).invoke(1)
    assert str(trace) == "workflow RunnableSequence\n└─ chain report"
    told = [(event.path, event.payload) for event in trace.events if event.type == "progress"]
    assert told == [("RunnableSequence", 1), ("RunnableSequence.report", 1)]


def test_a_branch_runs_the_step_it_chooses(trace: Trace) -> None:
    def big(asked: Any) -> str:
        return "big"

    def small(asked: Any) -> str:
        return "small"

    branch = RunnableBranch((lambda asked: asked["n"] > 1, RunnableLambda(big)), RunnableLambda(small))
    (RunnablePassthrough.assign(m=lambda asked: 0) | branch).invoke({"n": 2})
    assert str(trace) == "workflow RunnableSequence\n└─ chain big"


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


@pytest.mark.parametrize(
    "call", [{"at": "sky"}, {"type": "tool_call", "name": "look", "args": {"at": "sky"}, "id": "c"}]
)
def test_a_tool_that_answers_for_its_error_is_an_error(trace: Trace, call: Any) -> None:
    def look(at: str) -> str:
        """Look."""
        raise ToolException("fog")

    StructuredTool.from_function(look, handle_tool_error=True).invoke(call)
    assert str(trace) == "tool look ✗ ToolException: fog"


def test_a_tool_after_one_that_answered_for_its_error_is_none(trace: Trace) -> None:
    def look(at: str) -> str:
        """Look."""
        if at == "sky":
            raise ToolException("fog")
        return "fog"

    tool = StructuredTool.from_function(look, handle_tool_error=True)
    for at in ("sky", "sea"):
        tool.invoke({"at": at})
    assert str(trace) == "tool look ✗ ToolException: fog\ntool look"


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_the_history_of_a_chain_is_machinery(trace: Trace) -> None:
    history = InMemoryChatMessageHistory()
    model = FakeListChatModel(responses=["a"])
    remembering = RunnableWithMessageHistory(model, lambda session_id: history)
    for said in ("I am Ada.", "Who am I?"):
        remembering.invoke(said, {"configurable": {"session_id": "1"}})
    assert str(trace).splitlines() == ["workflow RunnableWithMessageHistory", "└─ llm FakeListChatModel"] * 2
    assert [len(call.input) for call in trace.llms] == [1, 3]


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


@pytest.mark.parametrize("run", [lambda shelf: shelf.invoke("q"), lambda shelf: asyncio.run(shelf.ainvoke("q"))])
def test_a_retriever_that_fails_is_an_error(trace: Trace, run: Any) -> None:
    class Shelf(BaseRetriever):
        def _get_relevant_documents(self, query: str, *, run_manager: Any) -> list[Document]:
            raise ConnectionError("index down")

    with pytest.raises(ConnectionError):
        run(Shelf())
    assert str(trace) == "retrieval Shelf ✗ ConnectionError: index down"


async def test_what_a_chain_retrieves_is_a_step_of_it(trace: Trace) -> None:
    class Shelf(BaseRetriever):
        def _get_relevant_documents(self, query: str, *, run_manager: Any) -> list[Document]:
            with span(span_type="embedding", name="embed"):
                return [Document("a book")]

    prompt = ChatPromptTemplate.from_messages([("user", "{books} {q}")])
    await ({"books": Shelf(), "q": RunnablePassthrough()} | prompt | FakeListChatModel(responses=["a"])).ainvoke("q")
    tree = ["workflow RunnableSequence", "├─ retrieval Shelf", "│  └─ embedding embed", "└─ llm FakeListChatModel"]
    assert str(trace).splitlines() == tree


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

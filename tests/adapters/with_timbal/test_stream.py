"""What Timbal streams: pieces of text and tool calls, values of generators, what code emits."""

import asyncio
from typing import Any

from timbal import Agent, Tool
from timbal.state import emit
from timbal.state.tracing.providers import InMemoryTracingProvider
from timbal.types.events.delta import ContentBlockStop, Text, TextDelta, Thinking, ThinkingDelta

from pytest_traces.adapters.timbal.values import Pieces
from pytest_traces.runtime.streams.folding import fold
from pytest_traces.trace.trace import Trace
from tests.adapters.with_timbal.models import StreamedModel


def chunks(trace: Trace, name: str) -> list[Any]:
    return [event.chunk for event in trace.one(name).events if event.type == "chunk"]


async def test_text_is_streamed_as_text(trace: Trace) -> None:
    await Agent(name="helper", model=StreamedModel("It is sunny."))(prompt="go").collect()
    assert chunks(trace, "llm") == ["It", " is", " sunny."]
    assert chunks(trace, "helper") == []


async def test_the_pieces_of_a_tool_call_fold_into_the_call(trace: Trace) -> None:
    async def add(a: int, b: int) -> int:
        return a + b

    model = StreamedModel([("add", {"a": 1, "b": 2}), ("add", {"a": 3, "b": 4})], "Done.")
    await Agent(name="helper", model=model, tools=[add])(prompt="go").collect()
    pieces = [event.chunk for event in trace.first("llm").events if event.type == "chunk"]
    assert len(pieces) > 2
    assert [(piece["id"], piece["name"], piece["input"]) for piece in fold(pieces)] == [
        ("0", "add", {"a": 1, "b": 2}),
        ("1", "add", {"a": 3, "b": 4}),
    ]


def test_the_pieces_of_a_thought_fold_into_the_thought() -> None:
    pieces = Pieces()
    items = [Thinking(id="x7f", thinking="I "), ThinkingDelta(id="x7f", thinking_delta="wonder")]
    [thought] = fold([piece for item in items for piece in pieces.read(item)])
    assert (thought["type"], thought["id"], thought["thinking"]) == ("thinking", "0", "I wonder")


def test_empty_text_and_the_end_of_a_block_are_no_pieces() -> None:
    items = [Text(id="x7f", text=""), TextDelta(id="x7f", text_delta="It"), ContentBlockStop(id="x7f")]
    assert [piece for item in items for piece in Pieces().read(item)] == ["It"]


async def test_a_generator_streams_its_values_also_falsy_ones(trace: Trace) -> None:
    async def count() -> Any:
        for value in (0, {"rows": []}, False, ""):
            yield value

    await Tool(handler=count)().collect()
    assert chunks(trace, "count") == [0, {"rows": []}, False, ""]


async def test_a_stream_that_is_cut_short_keeps_what_was_said(trace: Trace) -> None:
    stream = Agent(name="helper", model=StreamedModel("It is sunny."))(prompt="go")
    async for event in stream:
        if event.type == "DELTA" and event.item.type == "text_delta":
            break
    await stream.aclose()
    call = trace.one("llm")
    assert (call.status, call.output["role"], call.output["text"]) == ("cancelled", "assistant", "It is")


async def test_what_code_emits_is_a_chunk_of_the_call_that_emits(trace: Trace) -> None:
    def work() -> str:
        emit({"progress": 50})
        return "done"

    await Tool(handler=work)().collect()
    assert [(event.type, event.chunk) for event in trace.events] == [
        ("start", None),
        ("chunk", {"progress": 50}),
        ("output", None),
    ]


async def test_events_of_nested_calls_are_told_once(trace: Trace) -> None:
    async def count() -> Any:
        yield 1
        yield 2

    model = StreamedModel([("count", {})], "Two.")
    outer = Agent(name="outer", model=StreamedModel([("inner", {"prompt": "go"})], "Done."), tools=[
        Agent(name="inner", description="counts", model=model, tools=[count]),
    ])  # fmt: skip
    await outer(prompt="go").collect()
    assert chunks(trace, "count") == [1, 2]
    assert len({(event.type, event.call_id) for event in trace.events if event.type != "chunk"}) == 2 * len(trace)


async def test_the_redactor_of_the_tracing_provider_is_respected_everywhere(trace: Trace) -> None:
    def redact(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: redact(item) for key, item in value.items()}
        if isinstance(value, list):
            return [redact(item) for item in value]
        return value.replace("4711", "****") if isinstance(value, str) else value

    async def pay(card: str) -> Any:
        yield f"charging {card}"
        raise ValueError(f"{card} refused")

    provider = InMemoryTracingProvider.configured(_trace_redactor=redact, _storage={})
    tool = Tool(handler=pay, tracing_provider=provider, metadata={"hint": "try 4711"})
    await tool(card="4711").collect()
    span = trace.one("pay")
    assert (span.input, chunks(trace, "pay"), str(span.error), span.metadata) == (
        {"card": "****"},
        ["charging ****"],
        "ValueError: **** refused",
        {"hint": "try ****"},
    )
    assert "4711" not in str([one.model_dump() for one in trace.spans] + [event.model_dump() for event in trace.events])


async def test_a_run_that_is_not_traced_by_timbal_is_recorded_all_the_same(trace: Trace) -> None:
    await Tool(name="add", handler=lambda: 3, tracing_provider=None)().collect()
    assert trace.one("add").output == 3


async def test_a_stream_read_slowly_is_recorded_like_any_other(trace: Trace) -> None:
    async for _ in Agent(name="helper", model=StreamedModel("It is sunny."))(prompt="go"):
        await asyncio.sleep(0.001)
    assert chunks(trace, "llm") == ["It", " is", " sunny."]
    assert trace.status == "success"

"""How a run of Timbal ended, in our words: nothing of Timbal's raises, so this is where failures show."""

import asyncio
import gc
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from timbal import Agent, Tool
from timbal.core.test_model import TestModel
from timbal.errors import bail
from timbal.guardrails import guardrail
from timbal.state import suspend
from timbal.state.context import RunContext
from timbal.state.tracing.span import Span as TimbalSpan

from pytest_traces.adapters.timbal import values as reading
from pytest_traces.model.lane import Lane
from pytest_traces.runtime.recording.recorder import Place, Record, Recorder
from pytest_traces.trace.trace import Trace
from tests.adapters.with_timbal.models import reason, shop, tool_calls
from tests.waits import cut_off


async def slow() -> None:
    await asyncio.sleep(30)


def endless(begun: asyncio.Event) -> Callable[[], Awaitable[None]]:
    async def wait() -> None:
        begun.set()
        await asyncio.sleep(30)

    return wait


async def test_success_keeps_the_models_own_reason(trace: Trace) -> None:
    await shop(said=["Done."])(prompt="go").collect()
    assert [(span.type, span.status, reason(span)) for span in trace.spans] == [
        ("agent", "success", "end_turn"),
        ("llm", "success", "end_turn"),
    ]


async def test_an_answer_has_its_text_beside_its_parts(trace: Trace) -> None:
    await shop(said=["Done."])(prompt="go").collect()
    assert trace.one("shop").output == {
        "role": "assistant",
        "content": [{"type": "text", "text": "Done.", "phase": None}],
        "stop_reason": "end_turn",
        "text": "Done.",
    }


async def test_a_handler_that_raises_fails_its_span_and_nothing_is_raised(trace: Trace) -> None:
    def price(item: str) -> int:
        return {"apple": 3}[item]

    output = await Tool(handler=price)(item="plum").collect()
    assert output.status.code == "error"
    [span] = trace.spans
    assert span.status == "error"
    assert span.error is not None
    assert str(span.error) == "KeyError: 'plum'"
    assert "in price" in (span.error.traceback or "")
    assert trace.status == "failed"


async def test_invalid_arguments_are_an_error_and_are_kept_as_they_were_given(trace: Trace) -> None:
    def price(item: str) -> int:
        raise AssertionError("unreachable because the arguments are refused")

    await Tool(handler=price)(item=["not", "a", "name"]).collect()
    [span] = trace.spans
    assert span.error is not None
    assert (span.status, span.error.type) == ("error", "ValidationError")
    assert span.input == {"item": ["not", "a", "name"]}


async def test_an_agent_whose_model_fails_tells_the_models_error_and_not_a_dict_as_text(trace: Trace) -> None:
    def overloaded(messages: object) -> str:
        raise ConnectionError("model overloaded")

    await Agent(name="shop", model=TestModel(handler=overloaded))(prompt="go").collect()
    assert [f"{span.type} {span.error}" for span in trace.spans] == [
        "agent ConnectionError: model overloaded",
        "llm ConnectionError: model overloaded",
    ]


async def test_the_timeout_of_a_runnable_is_a_timeout(trace: Trace) -> None:
    await Tool(handler=slow, timeout=0.01)().collect()
    [span] = trace.spans
    assert (span.status, str(span.error)) == ("timeout", "RunTimeout: slow timed out after 0.01s")


async def test_a_timeout_around_a_run_cancels_it_although_timbal_swallows_it(trace: Trace) -> None:
    begun = asyncio.Event()

    async def ends_the_limit() -> None:
        limit.reschedule(0)
        await asyncio.sleep(30)

    async with asyncio.timeout(None) as limit:
        await Tool(handler=ends_the_limit)().collect()
    await cut_off(Tool(handler=endless(begun))().collect(), begun)
    assert [(span.status, reason(span)) for span in trace.spans] == [("cancelled", "interrupted")] * 2
    assert trace.status == "failed"


async def test_cancelling_an_agent_cancels_the_tool_it_waits_for(trace: Trace) -> None:
    begun = asyncio.Event()
    slow = Tool(name="slow", handler=endless(begun))
    await cut_off(shop(slow, said=[tool_calls(("slow", {}))])(prompt="go").collect(), begun)
    assert [(span.name, span.status) for span in trace.spans] == [
        ("shop", "cancelled"),
        ("llm", "success"),
        ("slow", "cancelled"),
    ]


async def test_closing_a_stream_cancels_what_still_runs(trace: Trace) -> None:
    stream = shop(slow, said=[tool_calls(("slow", {}))])(prompt="go")
    async for event in stream:
        if event.path == "shop.slow":
            break
    await stream.aclose()
    assert [(span.name, span.status, reason(span)) for span in trace.spans] == [
        ("shop", "cancelled", "interrupted"),
        ("llm", "success", "tool_use"),
        ("slow", "cancelled", "interrupted"),
    ]


async def test_a_stream_that_is_dropped_runs_until_it_is_collected(trace: Trace) -> None:
    stream = Tool(handler=slow)()
    async for _ in stream:
        break
    assert [span.status for span in trace.spans] == ["running"]
    assert trace.one("slow").t1 is None
    del stream
    gc.collect()
    while trace.one("slow").status == "running":
        await asyncio.sleep(0.001)
    assert trace.one("slow").status == "cancelled"


def test_a_call_without_a_status_goes_on_running() -> None:
    place = Place(Recorder("test"), None, Lane(None, 0, "root"))
    record = Record("slow", "tool", place, "1")
    reading.end(record, TimbalSpan(path="slow", call_id="1", t0=0), RunContext())
    assert (record.status, record.ended) == ("running", None)


async def test_a_reader_that_stops_at_the_output_has_seen_the_end(trace: Trace) -> None:
    stream = Tool(name="add", handler=lambda: 3)()
    async for event in stream:
        if event.type == "OUTPUT":
            break
    assert (trace.one("add").status, trace.one("add").output) == ("success", 3)


@pytest.mark.parametrize(("propagate", "expected"), [(True, "early_exit"), (False, "early_exit_local")])
async def test_bailing_out_is_cancelled(trace: Trace, propagate: bool, expected: str) -> None:
    def leave() -> None:
        bail("enough", propagate=propagate)

    await Tool(handler=leave)().collect()
    [span] = trace.spans
    assert span.status == "cancelled"
    assert span.attributes["status"] == {"code": "cancelled", "reason": expected, "message": "enough"}


async def test_an_approval_gate_stops_the_run_and_resuming_is_a_second_run(trace: Trace) -> None:
    tool = Tool(name="pay", handler=lambda amount: f"paid {amount}", requires_approval=True)
    first = await tool(amount=7).collect()
    [approval] = [event for event in trace.events if event.type == "approval"]
    assert approval.payload["runnable_name"] == "pay"
    assert approval.payload["input"] == {"amount": 7}
    await tool(amount=7, parent_id=first.run_id, resume={approval.payload["approval_id"]: True}).collect()
    assert [(span.status, reason(span)) for span in trace.spans] == [
        ("cancelled", "approval_required"),
        ("success", None),
    ]
    assert trace.spans[1].output == "paid 7"
    assert len(trace.runs) == 2
    assert trace.usage["approvals:required"] == 1


async def test_a_suspended_tool_waits_for_input(trace: Trace) -> None:
    def ask_user() -> Any:
        return suspend({"question": "Which city?"}, kind="question")

    await Tool(handler=ask_user)().collect()
    [span] = trace.spans
    assert (span.status, reason(span)) == ("cancelled", "input_required")
    [interaction] = [event for event in trace.events if event.type == "interaction"]
    assert interaction.payload["kind"] == "question"
    assert interaction.payload["payload"] == {"question": "Which city?"}


async def test_a_guardrail_blocks_the_run(trace: Trace) -> None:
    @guardrail(stages=["input"])
    def no_secrets(text: str) -> bool:
        return "secret" not in text

    await shop(said=["Sure."], guardrails=[no_secrets])(prompt="tell me a secret").collect()
    [span] = trace.spans
    assert (span.status, reason(span)) == ("blocked", "guardrail:no_secrets:input")
    [event] = [event for event in trace.events if event.type == "guardrail"]
    assert (event.payload["rail"], event.payload["action"]) == ("no_secrets", "block")
    assert "latency_ms" not in event.payload
    assert trace.usage["guardrails:triggered"] == 1


async def test_an_interrupt_of_the_process_passes_through(trace: Trace) -> None:
    def stop() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await Tool(handler=stop)().collect()
    assert [(span.status, reason(span)) for span in trace.spans] == [("cancelled", "interrupted")]

"""TraceLLM's traces: each call of a traced function is a run, with what it was given and what became of it."""

import asyncio
import contextlib
from typing import Any

import pytest
from tracellm import db, trace_tool
from tracellm import trace as traced
from tracellm.tracer import run_live_trace

from pytest_traces.trace.trace import Trace


@trace_tool()
def search(text: str) -> list[str]:
    return [f"ticket about {text}"]


@traced(prompt="triage", model_name="small-1", project="desk", environment="staging")
def triage() -> str:
    search("printer")
    return "hardware"


@traced()
async def triage_async() -> str:
    return "software"


@traced(prompt="answer")
def answer() -> str:
    search("manual")
    return f"queue: {triage()}"


def test_a_traced_function_is_a_run_with_its_arguments(traces: Trace) -> None:
    triage()
    root = traces.one(type="agent")
    assert (root.name, root.input, root.output, root.model) == ("triage", "triage", "hardware", "small-1")
    assert root.metadata == {"project_id": "desk", "project_name": "desk", "environment": "staging"}
    assert len(traces.runs) == 1


def test_an_async_function_is_one_too_and_a_trace_without_prompt_is_called_by_its_function(traces: Trace) -> None:
    assert asyncio.run(triage_async()) == "software"
    assert str(traces) == "agent triage_async"
    assert traces.one("triage_async").model is None


def test_a_nested_trace_is_a_child_of_the_outer_one_in_the_same_run(traces: Trace) -> None:
    answer()
    assert str(traces).splitlines() == [
        "agent answer",
        "├─ tool search",
        "└─ agent triage",
        "   └─ tool search",
    ]
    assert len(traces.runs) == 1


def test_traces_in_branches_of_gather_are_nested_side_by_side(traces: Trace) -> None:
    @traced(prompt="branch")
    async def branch(text: str) -> None:
        await asyncio.sleep(0)
        search(text)

    @traced(prompt="both")
    async def both() -> None:
        await asyncio.gather(branch("a"), branch("b"))

    asyncio.run(both())
    assert str(traces).splitlines() == [
        "agent both",
        "├─ ∥ agent branch",
        "│  └─ tool search",
        "└─ ∥ agent branch",
        "   └─ tool search",
    ]


def test_an_exception_that_escapes_fails_the_run(traces: Trace) -> None:
    @traced(prompt="escapes")
    def escapes() -> None:
        raise ValueError("bad ticket")

    with pytest.raises(ValueError, match="bad ticket"):
        escapes()
    root = traces.one("escapes")
    assert (root.status, str(root.error), root.output) == ("error", "ValueError: bad ticket", None)
    assert root.attributes["failure_reason"] == "bad ticket"
    assert traces.status == "failed"


def test_a_handled_failure_alone_changes_nothing(traces: Trace) -> None:
    @trace_tool()
    def page() -> None:
        raise OSError("no route")

    @traced(prompt="handled")
    def handled() -> None:
        with contextlib.suppress(OSError):
            page()

    handled()
    assert str(traces) == "agent handled\n└─ tool page ✗ OSError: no route"
    assert traces.one("handled").status == traces.status == "success"


async def test_a_cancelled_run_is_cancelled_although_the_package_says_success(traces: Trace) -> None:
    @trace_tool()
    async def wait() -> None:
        await asyncio.sleep(60)

    @traced(prompt="endless")
    async def endless() -> None:
        await wait()

    task = asyncio.create_task(endless())
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait([task])
    assert [(span.name, span.status) for span in traces.spans] == [("endless", "cancelled"), ("wait", "cancelled")]
    assert traces.one("endless").attributes["status"] == "success"


def test_a_run_within_a_handler_does_not_take_the_handled_exception_for_its_own(traces: Trace) -> None:
    try:
        raise KeyboardInterrupt
    except KeyboardInterrupt:
        triage()
    assert traces.one("triage").status == "success"


def test_a_returned_dict_may_tell_response_status_and_reason(traces: Trace) -> None:
    @traced(prompt="import")
    def bulk_import() -> dict[str, Any]:
        return {"response": "3 rows", "status": "failed", "failure_reason": "quota", "retry_count": 2}

    bulk_import()
    root = traces.one("import")
    assert (root.output, root.status, str(root.error)) == ("3 rows", "error", "Error: quota")
    assert (root.attributes["status"], root.attributes["retry_count"]) == ("failed", 2)


def test_a_returned_dict_may_report_steps(traces: Trace) -> None:
    @traced(prompt="import")
    def bulk_import() -> dict[str, Any]:
        read = {"tool_name": "read_csv", "duration": 45, "success": True, "input": {"file": "a.csv"}}
        upload = {"tool_name": "upload", "duration": 3, "success": False, "output": {"error": "quota"}}
        return {"steps": [read, upload]}

    bulk_import()
    read, upload = traces.one("import").children
    assert (read.name, read.input, round(read.elapsed)) == ("read_csv", {"file": "a.csv"}, 45)
    assert str(upload.error) == "Error: quota"


def test_what_the_package_says_of_a_run_is_attributes(traces: Trace) -> None:
    triage()
    said = traces.one("triage").attributes
    assert (said["status"], said["retry_count"], said["slow_request"]) == ("success", 0, False)
    assert {"trace_id", "latency", "token_count", "created_at"} <= set(said)
    assert not traces.usage.by_model


def test_a_slow_run_is_slow_for_the_package_and_for_us(traces: Trace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tracellm.tracer.SLOW_TRACE_THRESHOLD_MS", 0.0)
    triage()
    assert traces.with_options(slow_ms=0.0).slow.names == ["triage", "search"]
    assert traces.one("triage").attributes["slow_request"] is True


def test_a_key_needs_no_database_and_is_kept_to_itself(traces: Trace) -> None:
    @traced(prompt="keyed", api_key="tlm_sk_secret")
    async def keyed() -> str:
        return "ok"

    assert asyncio.run(keyed()) == "ok"
    assert traces.one("keyed").metadata["api_key"] == "***"
    assert "secret" not in repr(traces.one("keyed"))


def test_a_live_trace_of_the_command_line_is_a_run_with_its_events(
    traces: Trace, monkeypatch: pytest.MonkeyPatch
) -> None:
    step = {"tool_name": "vector_retrieval", "duration": 5, "success": True}
    monkeypatch.setattr("tracellm.tracer.simulate_llm_response", lambda prompt: {"response": "hi", "steps": [step]})
    run_live_trace("Explain queues", "small-1")
    root = traces.one("Explain queues")
    assert (root.output, root.children.names) == ("hi", ["vector_retrieval"])
    assert [event.type for event in root.events][1:4] == ["trace.start", "query.embed", "vector.search"]


@pytest.mark.usefixtures("trace")
async def test_what_a_program_stores_itself_goes_nowhere_and_waits_for_nothing() -> None:
    assert await db.save_trace_payload_async({"trace_id": "t"}) == {"trace_id": "t"}

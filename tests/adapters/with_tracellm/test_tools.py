"""TraceLLM's tools: every attempt is a step, with what went in and out, wherever it runs."""

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import Context, copy_context
from typing import Any

import pytest
from tracellm import trace as traced
from tracellm import trace_tool
from tracellm.integrations import tool_tracer

from pytest_traces.trace.trace import Trace


def flaky(*problems: Exception, retries: int = 2, asynchronous: bool = False) -> Any:
    """Return a tool that raises each problem once, then sends."""
    left = list(problems)

    def send(text: str) -> str:
        if left:
            raise left.pop(0)
        return f"sent {text}"

    async def send_async(text: str) -> str:
        return send(text)

    return trace_tool(name="send", max_retries=retries)(send_async if asynchronous else send)


@pytest.mark.parametrize("asynchronous", [False, True])
def test_every_attempt_is_a_step_and_its_backoff_is_noted(
    traces: Trace, waits: list[float], asynchronous: bool
) -> None:
    send = flaky(ConnectionError("busy"), TimeoutError("slow"), asynchronous=asynchronous)
    assert (asyncio.run(send("hello")) if asynchronous else send("hello")) == "sent hello"
    assert [(call.status, call.input, call.output) for call in traces.tools] == [
        ("error", {"text": "hello"}, None),
        ("error", {"text": "hello"}, None),
        ("success", {"text": "hello"}, "sent hello"),
    ]
    assert [call.metadata for call in traces.tools] == [
        {"backoff_seconds": 0.5},
        {"attempt": 2, "backoff_seconds": 1.0},
        {"attempt": 3},
    ]
    backoffs = [event.payload for event in traces.events if event.type == "backoff"]
    assert backoffs == [{"attempt": 1, "seconds": 0.5}, {"attempt": 2, "seconds": 1.0}]
    assert waits == [0.5, 1.0]


def test_attempts_are_retries_and_make_the_trace_a_warning(traces: Trace, waits: list[float]) -> None:
    @traced(prompt="notify")
    def notify() -> None:
        flaky(ConnectionError("busy"))("hello")

    notify()
    [retry] = traces.retries
    assert (retry.name, retry.attempts, retry.recovered) == ("send", 2, True)
    assert [str(error) for error in retry.errors] == ["ConnectionError: busy"]
    assert traces.status == "warning"
    said = traces.one("notify").attributes
    assert (said["status"], said["retry_count"]) == ("success", 0)


def test_an_attempt_is_one_also_if_the_failed_one_changed_its_arguments(traces: Trace, waits: list[float]) -> None:
    @trace_tool(max_retries=2)
    def send(texts: list[str]) -> int:
        texts.append("again")
        if len(texts) < 3:
            raise ConnectionError("busy")
        return len(texts)

    assert (send([]), send(["a", "b"])) == (3, 3)
    [retry] = traces.retries
    assert (retry.name, retry.attempts, retry.recovered) == ("send", 3, True)


def test_a_tool_that_gives_up_failed_in_every_attempt(traces: Trace, waits: list[float]) -> None:
    with pytest.raises(TimeoutError):
        flaky(ConnectionError("busy"), TimeoutError("slow"), retries=1)("hello")
    assert [str(call.error) for call in traces.tools] == ["ConnectionError: busy", "TimeoutError: slow"]
    assert traces.retries[0].recovered is False
    assert traces.tools.last().attributes["success"] is False


def test_what_the_package_says_of_a_call_stands_with_its_last_attempt(traces: Trace, waits: list[float]) -> None:
    flaky(ConnectionError("busy"))("hello")
    assert set(traces.tools.last().attributes) == {"step_id", "duration", "success", "timestamp", "in_a_trace"}


def test_three_honest_calls_are_no_retries_unless_the_documents_rule_is_asked_for(traces: Trace) -> None:
    send = flaky()

    @traced(prompt="mail")
    def mail() -> None:
        for text in ("a", "b", "c"):
            send(text)

    mail()
    assert not traces.retries
    traces = traces.with_options(retry_rule="repeated")
    assert [retry.attempts for retry in traces.retries] == [3]


def test_values_are_kept_whole_and_typed(traces: Trace) -> None:
    @trace_tool()
    def look_up(city: str, *, days: int = 3) -> dict[str, Any]:
        return {"text": "x" * 1000, "days": days}

    look_up("Oslo")
    assert traces.one("look_up").input == {"city": "Oslo"}
    assert traces.one("look_up").output == {"text": "x" * 1000, "days": 3}


def test_a_method_is_recorded_without_its_self(traces: Trace) -> None:
    class Desk:
        @trace_tool()
        def file(self, text: str) -> str:
            return text

    Desk().file("hello")
    assert traces.one("file").input == {"text": "hello"}


def test_capture_flags_are_respected(traces: Trace) -> None:
    @trace_tool(capture_input=False, capture_output=False)
    def secret(text: str) -> str:
        return text

    assert secret("hello") == "hello"
    assert (traces.one("secret").input, traces.one("secret").output) == (None, None)


def test_a_wrong_call_fails_as_ever(traces: Trace) -> None:
    with pytest.raises(TypeError):
        flaky(retries=0)()
    assert traces.one("send").input == {}


def test_a_generator_has_no_output_yet_and_the_steps_of_its_body_are_orphans(traces: Trace) -> None:
    step = flaky()

    @trace_tool()
    def pages() -> Iterator[str]:
        yield step("page")

    @traced(prompt="read")
    def read() -> Any:
        return pages()

    assert list(read()) == ["sent page"]
    assert traces.one("pages").output is None
    assert str(traces) == "agent read\n└─ tool pages\ntool send"


def test_branches_of_gather_are_a_group_of_steps_with_their_real_starts(traces: Trace) -> None:
    @trace_tool()
    async def translate(text: str, pause: float) -> str:
        await asyncio.sleep(pause)
        return text.upper()

    @traced(prompt="all")
    async def translate_all() -> list[str]:
        return await asyncio.gather(translate("da", 0.02), translate("no", 0.01), translate("sv", 0.0))

    assert asyncio.run(translate_all()) == ["DA", "NO", "SV"]
    assert str(traces) == "agent all\n├─ ∥ tool translate\n├─ ∥ tool translate\n└─ ∥ tool translate"
    assert [call.input["text"] for call in traces.tools] == ["da", "no", "sv"]


def test_steps_one_after_the_other_are_in_order(traces: Trace) -> None:
    first, second = flaky(), trace_tool(name="second")(lambda: None)

    @traced(prompt="both")
    def both() -> None:
        first("a")
        second()

    both()
    assert str(traces) == "agent both\n├─ tool send\n└─ tool second"


def test_a_tool_within_a_tool_is_its_child(traces: Trace) -> None:
    inner = flaky()
    trace_tool(name="outer")(lambda: inner("a"))()
    assert str(traces) == "tool outer\n└─ tool send"


def test_a_step_outside_of_any_trace_is_kept_and_known_as_lost(traces: Trace) -> None:
    flaky()("hello")
    assert traces.roots.names == ["send"]
    assert traces.one("send").attributes["in_a_trace"] is False


def test_steps_in_a_thread_are_lost_to_the_package_and_kept_here(traces: Trace) -> None:
    send = flaky()

    @traced(prompt="spread")
    def spread() -> None:
        thread = threading.Thread(target=Context().run, args=[send, "hello"])  # Tracium may have patched threads
        thread.start()
        thread.join()

    spread()
    assert traces.one("send").attributes["in_a_trace"] is False


def test_steps_in_a_copied_context_find_their_parent(traces: Trace) -> None:
    send = flaky()

    @traced(prompt="spread")
    def spread() -> None:
        with ThreadPoolExecutor(2) as pool:
            for text in ("a", "b"):
                pool.submit(copy_context().run, send, text)

    spread()
    assert str(traces) == "agent spread\n├─ ∥ tool send\n└─ ∥ tool send"


def test_a_tool_decorated_before_the_capture_began_is_reported_at_its_end(traces: Trace) -> None:
    bare = tool_tracer.trace_tool.__closure__
    assert bare is not None
    [original] = [cell.cell_contents for cell in bare if getattr(cell.cell_contents, "__name__", "") == "trace_tool"]
    early = original(name="early")(lambda text: text.upper())

    @traced(prompt="run")
    def run() -> str:
        return str(early("hello"))

    run()
    assert str(traces) == "agent run\n└─ tool early"
    assert traces.one("early").output == {"result": "HELLO"}

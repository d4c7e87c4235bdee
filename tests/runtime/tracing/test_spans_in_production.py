"""Programs in production: no pytest, no provider, no cost, no surprise."""
# ruff: noqa: SIM117 (blocks nest as the spans do)

import asyncio
import subprocess
import sys

import pytest

from pytest_traces.runtime import (
    InMemoryTracingProvider,
    JsonlTracingProvider,
    TracingProvider,
    agent_trace,
    get_run_context,
    install,
    record_span,
    span,
    trace_tool,
)
from pytest_traces.runtime import trace as traced
from pytest_traces.runtime.recording.context import CURRENT, OUTSIDE
from pytest_traces.runtime.tracing.spans import SILENT
from pytest_traces.trace.trace import Trace


@pytest.fixture(autouse=True)
def production():
    """Take away the test session, which would record what no provider takes."""
    names, OUTSIDE.names = OUTSIDE.names, None
    yield
    OUTSIDE.names = names


@traced
def agent():
    with span(span_type="tool", name="step"):
        return 1


def in_a_process(code):
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()


def test_using_the_runtime_loads_neither_pytest_nor_pydantic():
    code = """
import sys
from pytest_traces.runtime import *
with agent_trace(agent_name="a") as run, run.span(span_type="llm", input={"x": 1}) as step:
    step.set_token_usage(input_tokens=1)
heavy = {"pytest", "_pytest", "syrupy", "deepdiff", "pydantic", "opentelemetry", "rich"}
print(sorted(heavy & set(sys.modules)))
"""
    assert in_a_process(code) == "[]"


def test_recording_for_a_provider_loads_no_pydantic_until_it_looks():
    code = """
import sys
from pytest_traces.runtime import InMemoryTracingProvider, install, span
provider = InMemoryTracingProvider()
with install(provider), span(span_type="tool", name="step"):
    pass
print("pydantic" in sys.modules, [one.name for one in provider.runs[0].tree.spans], "pydantic" in sys.modules)
"""
    assert in_a_process(code) == "False ['step'] True"


def test_without_a_provider_every_span_is_the_same_silent_one():
    assert agent_trace(agent_name="a") is SILENT
    assert span(span_type="tool", input=object()) is SILENT


def test_the_silent_span_takes_everything():
    record_span(span_type="tool", latency_ms=5, error="boom")
    with agent_trace(agent_name="a") as run:
        with run.span(span_type="llm") as step:
            step.record_input(1)
            step.record_output(2)
            step.set_token_usage(input_tokens=1)
            step.add_tags(["a"])
            step.set_status("failed")
            step.mark_failed("no")
            run.record_span(span_type="tool")
            assert (step.id, step.trace_id, step.parent_span_id) == ("", "", None)


def test_the_silent_span_lets_exceptions_through():
    with pytest.raises(ValueError, match="boom"):
        with span(span_type="tool"):
            raise ValueError("boom")


async def test_the_silent_span_is_async_too():
    async with agent_trace(agent_name="a") as run:
        async with run.span(span_type="tool"):
            assert get_run_context() is None


def test_decorated_functions_work_without_a_recorder():
    attempts = []

    @trace_tool(max_retries=2, backoff=0)
    def flaky():
        attempts.append(1)
        if len(attempts) < 3:
            raise TimeoutError
        return "ok"

    @traced
    def pieces():
        yield flaky()

    assert list(pieces()) == ["ok"]
    assert len(attempts) == 3


def test_a_provider_gets_a_run_when_its_last_span_has_ended():
    provider = InMemoryTracingProvider()

    async def late():
        with span(span_type="tool", name="late"):
            await asyncio.sleep(0.01)

    async def main():
        async with agent_trace(agent_name="agent"):
            task = asyncio.create_task(late())
            await asyncio.sleep(0)
        assert provider.runs == ()
        await task

    with install(provider):
        asyncio.run(main())
    [run] = provider.runs
    assert [one.name for one in run.tree.spans] == ["agent", "late"]


def test_a_span_that_starts_after_its_run_was_sent_names_its_parent():
    provider = InMemoryTracingProvider()
    with install(provider):
        with agent_trace(agent_name="agent") as run:
            pass
        with run.span(span_type="tool", name="late"):
            pass
    assert [len(one) for one in provider.runs] == [1, 1]
    [late] = provider.runs[1].tree.spans
    assert (late.parent_call_id, late.run_id, late.path) == (run.id, run.id, "agent.late")


def test_a_task_that_outlives_its_run_does_not_pile_up():
    provider = InMemoryTracingProvider(limit=1)
    places = []

    async def forever():
        for n in range(3):
            await asyncio.sleep(0)
            with span(span_type="tool", name=f"late {n}"):
                places.append(CURRENT.get())

    async def main():
        async with agent_trace(agent_name="agent"):
            task = asyncio.create_task(forever())
        await task

    with install(provider):
        asyncio.run(main())
    assert [place.name for place in places] == ["late 0", "late 1", "late 2"]
    assert places[0].recorder.records == []


def test_concurrent_runs_go_to_the_provider_each_for_itself():
    provider = InMemoryTracingProvider()

    @traced
    async def later(n):
        with span(span_type="tool", name=f"step {n}"):
            await asyncio.sleep(0)

    async def main():
        await asyncio.gather(later(1), later(2))

    with install(provider):
        asyncio.run(main())
    assert [[one.name for one in run.tree.spans] for run in provider.runs] == [["later", "step 1"], ["later", "step 2"]]


def test_memory_keeps_the_latest_runs():
    provider = InMemoryTracingProvider(limit=2)
    with install(provider):
        for n in range(3):
            record_span(span_type="tool", name=str(n))
    assert [run.path for run in provider.runs] == ["1", "2"]


def test_a_provider_that_fails_breaks_nothing_and_is_left_out(caplog):
    class Broken(TracingProvider):
        def put(self, run):
            raise OSError("disk full")

    memory = InMemoryTracingProvider()
    with install(Broken(), memory):
        assert agent() == agent() == 1
    assert len(memory.runs) == 2
    assert caplog.messages == ["Broken failed and gets no more runs"]


def test_leaving_installs_restores_what_was_installed_before():
    outer, inner = InMemoryTracingProvider(), InMemoryTracingProvider()
    with install(outer):
        with install(inner):
            agent()
        agent()
    agent()
    assert (len(outer.runs), len(inner.runs)) == (1, 1)


def test_leaving_restores_after_an_exception_too():
    provider = InMemoryTracingProvider()
    with pytest.raises(ValueError, match="boom"), install(provider):
        raise ValueError("boom")
    agent()
    assert provider.runs == ()


def test_a_provider_installed_in_a_test_hears_it_and_the_trace_hears_it_too(trace):
    provider = InMemoryTracingProvider()
    with install(provider):
        agent()
    assert [one.name for one in provider.runs[0].tree.spans] == trace.spans.names == ["agent", "step"]


def test_a_provider_installed_before_hears_nothing_of_tests(pytester, monkeypatch):
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")  # a quick start
    pytester.makepyfile(
        """
        from pytest_traces.runtime import InMemoryTracingProvider, install, span

        provider = InMemoryTracingProvider()
        installed = install(provider)

        def test_recorded(trace):
            with span(span_type="tool", name="step"):
                pass
            assert trace.spans.names == ["step"]
            assert provider.runs == ()
            installed.close()
        """
    )
    pytester.runpytest_subprocess("-p", "pytest_traces.plugin").assert_outcomes(passed=1)


def test_a_file_holds_runs_without_secrets(tmp_path):
    path = tmp_path / "runs.jsonl"
    with install(JsonlTracingProvider(path)):
        with span(span_type="tool", name="login", input={"api_key": "sk-abcdefghijklmnop1234"}):
            pass
    assert "sk-abc" not in path.read_text()
    assert Trace.load(path).one("login").input == {"api_key": "<redacted>"}


def test_a_long_running_program_may_record_more_than_a_test():
    provider = InMemoryTracingProvider()
    with install(provider):
        with agent_trace(agent_name="agent"):
            for _ in range(100_001):
                with span(span_type="tool"):
                    pass
    assert len(provider.runs[0]) == 100_002


def test_awaitables_are_tried_again_without_a_recorder():
    attempts = []

    async def flaky():
        attempts.append(1)
        if len(attempts) < 3:
            raise TimeoutError
        return "ok"

    assert asyncio.run(trace_tool(max_retries=2, backoff=0)(lambda: flaky())()) == "ok"
    assert len(attempts) == 3

# ruff: noqa: SIM117 (blocks nest as the spans do)
"""Document 003: the execution timeline. One test for each statement."""

import io
import re
import time

import pytest

from pytest_traces.runtime import InMemoryTracingProvider, TraceStream, install, span, trace_tool
from pytest_traces.runtime import trace as traced
from pytest_traces.runtime.tracing.traced import STAGES
from tests.seeds.flaky_agent import agent_with


def stages(trace, name):
    return [event for event in trace.one(name).events if event.type == "stage"]


def test_the_timeline_is_the_ordered_sequence_of_events(trace):
    agent_with(failures=1)()
    told = [event.payload["stage"] if event.type == "stage" else f"{event.type} {event.path}" for event in trace.events]
    assert told == [
        "start agent",
        *STAGES[:4],
        "start agent.query.embed",
        "output agent.query.embed",
        "start agent.tool_schema_lookup",
        "output agent.tool_schema_lookup",
        "start agent.retry_guard",
        "output agent.retry_guard",
        "start agent.tool_schema_lookup",
        "output agent.tool_schema_lookup",
        *STAGES[4:],
        "output agent",
    ]


def test_every_trace_has_exactly_one_timeline(trace):
    agent = agent_with(failures=0)
    agent()
    agent()
    assert [sum(event.type == "stage" for event in run.root.events) for run in trace.runs] == [6, 6]


def test_the_decorator_works_with_and_without_parentheses(trace):
    @traced
    def bare():
        pass

    @traced()
    def called():
        pass

    bare()
    called()
    assert trace.roots.names == ["bare", "called"]


def test_every_call_goes_through_the_six_stages(trace):
    agent_with(failures=0)()
    assert [event.payload["stage"] for event in stages(trace, "agent")] == [
        "start_time_capture",
        "context_resolution",
        "context_initialization",
        "function_execution",
        "trace_finalization",
        "context_reset",
    ]


def test_stage_1_anchors_the_timeline_in_wall_clock_and_precise_time(trace):
    before = time.time() * 1000
    agent_with(failures=0)()
    root = trace.one("agent")
    assert before - 50 <= root.t0 <= time.time() * 1000 + 50
    assert root.elapsed > 0


def test_stage_2_resolves_project_and_environment(trace):
    agent_with(failures=0, project="docs", environment="staging")()
    [_, resolution, *_] = stages(trace, "agent")
    assert resolution.payload == {"stage": "context_resolution", "project": "docs", "environment": "staging"}


def test_stage_3_starts_with_no_steps_and_no_retries(trace):
    agent_with(failures=1)()
    agent_with(failures=0)()
    assert [root.attributes["retry_count"] for root in trace.roots] == [1, 0]


async def test_stage_4_calls_or_awaits_the_function_and_collects_its_steps(trace):
    @trace_tool
    async def step(n):
        return n

    @traced
    async def agent():
        return await step(1) + await step(2)

    assert await agent() == 3
    assert trace.one("agent").children.names == ["step", "step"]


def test_stage_4_captures_an_exception_and_raises_it_again(trace):
    with pytest.raises(TimeoutError):
        agent_with(failures=9, max_retries=0)()
    assert str(trace.one("agent").error) == "TimeoutError: upstream timed out"


def test_stage_5_computes_the_latency_and_persists_the_trace():
    provider = InMemoryTracingProvider()
    with install(provider):
        agent_with(failures=0)()
    [root] = provider.runs[0].tree.roots
    assert root.attributes["latency_ms"] == round(root.attributes["latency_ms"], 2) > 0
    assert root.attributes["status"] == "success"


def test_stage_6_resets_the_context_so_that_no_step_leaks(trace):
    agent_with(failures=0)()
    with span(span_type="tool", name="afterwards"):
        pass
    assert trace.one("afterwards").parent is None


def test_generators_are_traced_too(trace):
    @traced
    def pieces():
        yield "It is "
        with span(span_type="tool", name="inside"):
            pass
        yield "12:00"

    for piece in pieces():
        with span(span_type="tool", name=f"consumer {piece}"):
            pass
    assert trace.one("pieces").output == "It is 12:00"
    assert trace.one("pieces").children.names == ["inside"]
    assert trace.roots.names == ["pieces", "consumer It is ", "consumer 12:00"]


def test_the_live_stream_shows_timestamped_events():
    screen = io.StringIO()
    with TraceStream(prompt="Explain transformers", model="gpt-4.1-mini", file=screen) as stream:
        stream.emit("query.embed", "Embedding prompt")
        stream.emit("vector.search", "Searching vector index")
    lines = screen.getvalue().splitlines()
    assert all(re.match(r"\[\d\d:\d\d:\d\d\]  ", line) for line in lines[:4])
    assert [line.split("]  ")[1] for line in lines[:4]] == [
        "trace.start",
        "query.embed          Embedding prompt",
        "vector.search        Searching vector index",
        "trace.complete",
    ]


def test_the_live_stream_draws_a_panel_on_a_terminal():
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    screen = Terminal()
    with TraceStream(prompt="Explain transformers", model="gpt-4.1-mini", file=screen) as stream:
        stream.emit("query.embed", "Embedding prompt")
    text = re.sub(r"\x1b\[[\d;?]*\w", "", screen.getvalue())
    for shown in ("Live Trace", "Event Stream", "query.embed", "Explain transformers", "gpt-4.1-mini", "Elapsed"):
        assert shown in text


def test_the_live_stream_is_replaced_by_the_summary_when_the_trace_completes(trace):
    screen = io.StringIO()

    @traced
    def agent():
        with TraceStream(file=screen):
            with span(span_type="tool", name="search"):
                pass
        assert "done" not in screen.getvalue()

    agent()
    [step, *rest] = screen.getvalue().splitlines()[-5:]
    assert step.startswith("├── ✓  search")
    assert rest == ["└── ✓  done", "", "Retries: 0", "Status:  SUCCESS"]


def test_what_the_live_stream_emits_lands_in_the_trace(trace):
    with TraceStream(prompt="Explain transformers", file=io.StringIO()) as stream:
        stream.emit("query.embed", "Embedding prompt")
    root = trace.one(type="workflow")
    assert root.input == {"prompt": "Explain transformers"}
    assert [(event.type, event.payload) for event in root.events][2:3] == [("query.embed", "Embedding prompt")]


def test_the_step_list_is_the_tool_operations_within_the_timeline(trace):
    agent_with(failures=1)()
    assert trace.tools.names == ["query.embed", "tool_schema_lookup", "tool_schema_lookup"]


def test_a_nested_trace_is_linked_to_the_outer_one(trace):
    @traced
    def inner():
        pass

    @traced
    def outer():
        inner()

    outer()
    assert trace.one("inner").parent is trace.one("outer")
    assert [(run.root.name, run.started_by) for run in trace.runs] == [
        ("outer", None),
        ("inner", trace.one("outer").call_id),
    ]


def test_a_step_outside_any_trace_is_not_lost(trace):
    @trace_tool
    def lookup():
        return 1

    lookup()
    assert trace.roots.names == ["lookup"]


def test_tools_can_keep_their_input_and_output_to_themselves(trace):
    @trace_tool(capture_input=False, capture_output=False)
    def login(password):
        return "token"

    assert login("hunter2") == "token"
    assert (trace.one("login").input, trace.one("login").output) == (None, None)

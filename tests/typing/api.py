"""Read by mypy, never run: what users write is typed as they expect."""

from collections.abc import Callable
from contextlib import ExitStack
from threading import Thread
from typing import assert_type

from pytest_traces import Event, Retry, Run, Selection, Span, Trace, TraceFixture, Usage, record
from pytest_traces.runtime import (
    InMemoryTracingProvider,
    RunContext,
    agent_trace,
    get_run_context,
    install,
    run_in_thread,
    span,
    trace_tool,
)


def questions(trace: Trace) -> None:
    call = trace.one("get_weather", type="tool", input={"city": "Paris"})
    assert_type(call, Span)
    assert_type(call.children, Selection)
    assert_type(call.parent, Span | None)
    assert_type(call.elapsed, float | None)
    assert_type(trace.tools, Selection)
    assert_type(trace.tools.count, int)
    assert_type(trace.tools[0], Span)
    assert_type(trace.tools[1:], Selection)
    assert_type(trace.usage, Usage)
    assert_type(trace.usage.total_tokens, int)
    assert_type(trace.usage.cost_usd, float)
    assert_type(trace.retries, tuple[Retry, ...])
    assert_type(trace.runs, tuple[Run, ...])
    assert_type(trace["1"], Span)
    assert_type(trace.span_tree(), str)
    for call in trace.find("get_*", under="agent weather"):
        assert_type(call, Span)
    assert_type(trace.events, tuple[Event, ...])
    assert_type(trace.find("a").tools.llms.descendants, Selection)


def expectations(trace: TraceFixture) -> None:
    assert_type(trace.assert_once("get_weather"), Span)
    assert_type(trace.tools.assert_nested("get_weather", under=trace.agents), Selection)
    assert_type(trace.assert_followed(when="pay", by="log"), Selection)
    assert_type(trace.late, tuple[str, ...])
    trace.assert_span_tree(name="whole", include=["model"], ignore="output.id", replace={"output.at": "timestamp"})
    trace.assert_events(chunks=True)
    trace.assert_usage(ignore="*:input_tokens")
    trace.assert_budget(total_tokens=2_000, llm_calls=3)
    trace.assert_budget(tokens=1)  # type: ignore[call-arg]
    trace.assert_span_tree(included="model")  # type: ignore[call-arg]
    trace.assert_first_chunk("gpt")  # type: ignore[call-arg]


def snapshots(trace: TraceFixture, loaded: Trace) -> None:
    names = ["output.id"]
    for one in (trace, loaded):
        one.assert_span_tree()
        one.assert_span_tree(name="a", include="model", ignore=names, replace={"output.at": len})
        one.assert_events(name="a", ignore=names, replace={"output.at": "timestamp"}, chunks=True)
        one.assert_usage(name="a", ignore=names)
        assert_type(one.span_tree(include=names, ignore="output.id", replace={}), str)
    trace.assert_span_tree("a")  # type: ignore[call-arg]
    trace.assert_span_tree(name=5)  # type: ignore[arg-type]
    trace.assert_events(chunks="yes")  # type: ignore[arg-type]
    trace.assert_usage(include="model")  # type: ignore[call-arg]


def selections(chosen: Selection) -> None:
    assert_type(chosen.find("a", status="success"), Selection)
    assert_type(chosen.one("a"), Span)
    assert_type(chosen.siblings, Selection)
    assert_type(chosen.elapsed, float | None)
    assert_type(chosen.usage.by_model["a"].input_tokens, int | None)
    assert_type(chosen.assert_once("a"), Span)
    chosen.assert_sequence("a", ..., "b")


def a_fixture_of_the_user(trace: TraceFixture) -> Trace:
    return trace.with_options(slow_ms=100)


def recordings() -> None:
    with record() as trace:
        pass
    assert_type(trace, TraceFixture)
    assert_type(Trace.load("slow.jsonl"), Trace)


@trace_tool
def look_up(city: str) -> int:
    return len(city)


@trace_tool(max_retries=2)
async def look_up_later(city: str) -> int:
    return len(city)


async def programs() -> None:
    assert_type(look_up("Paris"), int)
    assert_type(await look_up_later("Paris"), int)
    look_up(1)  # type: ignore[arg-type]
    with agent_trace(agent_name="weather"), span(span_type="tool", name="geocode") as step:
        step.record_output({"lat": 48.85})
        step.set_token_usage(input_tokens=1, output_tokens=2)
    with install(InMemoryTracingProvider()) as installed:
        assert_type(installed, ExitStack)
    assert_type(get_run_context(), RunContext | None)
    assert_type(run_in_thread(look_up, "Paris"), Thread)
    work: Callable[[str], int] = look_up
    assert_type(work("Paris"), int)

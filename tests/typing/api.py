"""Read by mypy, never run: what users write is typed as they expect."""

from typing import assert_type

from pytest_traces import Retry, Run, Selection, Span, Trace, Usage


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
    for span in trace.find("get_*", under="agent weather"):
        assert_type(span, Span)

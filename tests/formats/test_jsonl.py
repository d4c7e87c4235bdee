"""Our own lines are read back without loss, from wherever their trace came."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pytest_traces.errors import CorruptFile
from pytest_traces.formats.otlp.writing import encode_otlp
from pytest_traces.model.tree import SpanTree
from pytest_traces.trace.selection import Span
from pytest_traces.trace.trace import Trace
from tests.builders import a_file, a_tree, agent, at_once, llm, span, tool
from tests.formats.files import HEADER, LANE, SPAN, load, nested, rows

texts = st.text(st.characters(codec="utf-8"), max_size=8)
numbers = st.one_of(st.integers(-(2**70), 2**70), st.floats(allow_nan=False, allow_infinity=False))
plain = st.recursive(
    st.one_of(st.none(), st.booleans(), numbers, texts),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(texts, inner, max_size=3)),
    max_leaves=5,
)
fields = st.fixed_dictionaries(
    {},
    optional={
        "input": plain,
        "output": plain,
        "error": st.sampled_from(["TimeoutError: upstream", "ValueError"]),
        "status": st.sampled_from(["running", "cancelled", "blocked", "timeout"]),
        "chunks": st.lists(plain, max_size=3),
        "notes": st.lists(st.tuples(st.sampled_from(["retry", "approval"]), plain), max_size=2),
        "tags": st.lists(texts, max_size=2).map(tuple),
        "metadata": st.dictionaries(texts, plain, max_size=2),
        "attributes": st.dictionaries(texts, plain, max_size=2),
        "usage": st.dictionaries(st.sampled_from(["rows", "m:input_tokens", "a/b:requests"]), st.integers(1, 9)),
        "ms": st.integers(0, 30).map(float),
        "source": st.sampled_from(["timbal", "runtime"]),
        "retry_of": st.sampled_from(["weather-1", "nowhere"]),
    },
)
models = st.builds(lambda name, more: llm(name, **more), st.sampled_from(["gpt-4o", "x/y"]), fields)
leaves = st.one_of(models, st.builds(lambda name, more: tool(name, **more), texts, fields))


def _grow(inner: Any) -> Any:
    forks = st.lists(st.one_of(inner, st.lists(inner, min_size=1, max_size=2)), min_size=2, max_size=3)
    below = st.lists(st.one_of(inner, forks.map(lambda branches: at_once(*branches))), max_size=3)
    return st.builds(lambda type, steps, more: span(type, type, *steps, **more), _TYPES, below, fields)


_TYPES = st.sampled_from(["agent", "workflow", "llm"])
programs = st.lists(st.recursive(leaves, _grow, max_leaves=8), min_size=1, max_size=3)


def facts(trace: Trace) -> Any:
    """Everything a trace holds, comparable."""
    spans = [(one.model_dump(), one.own_usage) for one in trace.spans]
    clocks = [one.stamp and (one.stamp.started, one.stamp.ended, one.stamp.after) for one in trace.spans]
    return spans, clocks, [event.model_dump() for event in trace.events], str(trace)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(programs)
def test_our_own_lines_are_read_back_without_loss(tmp_path, program):
    tree = a_tree(*program)
    assert facts(load(tmp_path, *rows(tree))) == facts(Trace(tree))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(programs)
def test_our_own_otlp_is_read_back_with_everything_but_lanes(tmp_path, program):
    tree = a_tree(tool("first"), *program)  # what ended at 0 has not ended yet, in OTLP's words
    loaded = load(tmp_path, encode_otlp(tree.spans, tree.noted))
    assert _by_id(loaded) == _by_id(Trace(tree))


def _by_id(trace: Trace) -> dict[str, Any]:
    return {one.call_id: (_dumped(one), one.own_usage, _noted(one)) for one in trace.spans}


def _dumped(span: Span) -> dict[str, Any]:
    dump = span.model_dump()
    dump["usage"]["unreported"] = sorted(dump["usage"]["unreported"])  # they come as calls started, which lanes tell
    return dump


def _noted(span: Span) -> list[tuple[str, float, Any]]:
    return [(event.type, event.t, event.payload) for event in span.events if event.type not in ("start", "output")]


def test_a_trace_from_elsewhere_is_kept_and_read_back_as_our_own(tmp_path):
    trace = a_file(agent("weather", llm("gpt-4o", tokens=(9, 1)), tool("a"), tool("b")))
    lines = rows(SpanTree(trace.spans))
    assert facts(load(tmp_path, *lines)) == facts(load(tmp_path, *lines[:1], *reversed(lines[1:])))
    assert str(load(tmp_path, *lines)) == str(trace)


def test_each_header_begins_another_recording(tmp_path):
    first, second = (
        a_tree(agent("weather", tool("geocode"))),
        a_tree(agent("news", at_once(tool("search"), tool("read")), t0=99.0)),
    )
    trace = load(tmp_path, *rows(first), *rows(second))
    assert str(trace) == "agent weather\n└─ tool geocode\nagent news\n├─ ∥ tool read\n└─ ∥ tool search"
    assert [event.call_id for event in trace.events][:4] == ["weather-1", "geocode-2", "geocode-2", "weather-1"]


def test_a_span_written_while_it_ran_is_replaced_when_it_ended(tmp_path):
    header, lane, running, event = rows(a_tree(llm("gpt-4o", status="running", chunks=["Hi"])))
    ended = running | {"t1": 10.0, "ended": 9, "status": "success", "output": "Hi"}
    [span] = load(tmp_path, header, lane, running, event, ended).spans
    assert (span.status, [one.chunk for one in span.events]) == ("success", [None, "Hi", None])


def test_a_later_version_says_what_to_do(tmp_path):
    with pytest.raises(
        CorruptFile, match="hint: another version of pytest-traces wrote this file: read it with that version"
    ):
        load(tmp_path, HEADER | {"version": 2})


def test_knowledge_of_a_lane_is_read_back(tmp_path):
    header, lane, *others = rows(a_tree(tool("geocode")))
    branch = {"kind": "lane", "id": 1, "parent": 0, "clock": 1, "spawned": "task"}
    heard = {"kind": "heard", "lane": 0, "of": [[7, 1, 5], [6, 1, 6]]}
    [span] = load(tmp_path, header, lane, branch, heard, *({**row, "lane": 1} for row in others)).spans
    assert span.stamp.lane.parent.heard == [(6, span.stamp.lane, 6), (7, span.stamp.lane, 5)]


def test_units_of_ones_own_are_no_slips(tmp_path):
    usage = {"m/x:input_audio_tokens": 4, "x:cache_write_input_tokens": 2, "m/x:cost_usd": 0.5, "balance": -3}
    assert load(tmp_path, HEADER, LANE, SPAN | {"own_usage": usage}).spans[0].usage.flat() == usage


def test_the_deepest_value_that_is_allowed_can_be_drawn(tmp_path):
    trace = load(tmp_path, HEADER, LANE, SPAN | {"input": nested(100)})
    assert trace.span_tree().count("below") == 50
    trace.assert_no_loops()


def test_a_value_that_capture_cut_off_can_be_read_back(tmp_path):
    tree = a_tree(tool("geocode", input=nested(900)))
    assert facts(load(tmp_path, *rows(tree))) == facts(Trace(tree))

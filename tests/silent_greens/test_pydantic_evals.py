"""pydantic-evals 2.62: queries that ignore what they do not understand, and answer with a bare bool."""

import threading

import pytest

from pytest_traces.assertions.queries.conditions import call
from pytest_traces.errors import SpanNotFound
from pytest_traces.runtime.harvest.tree import harvest
from pytest_traces.runtime.lanes.session import recording
from pytest_traces.runtime.recording.recorder import Recorder
from pytest_traces.runtime.tracing.spans import span
from pytest_traces.trace.trace import Trace
from tests.assertions.reading import NO_SPANS, red
from tests.builders import a_trace, agent, tool

TRACE = a_trace(agent("agent", tool("tool", input={"q": "x"}, error="ValueError: no")))


def test_a_misspelt_condition_is_refused():
    known = "attributes, error, input, metadata, model, name, output, path, source, status, tags, type, under"
    red(f"unknown condition 'statsu'; did you mean 'status'?; known: {known}", TRACE.find, statsu="error")
    red(f"unknown condition 'name_equls'; known: {known}", TRACE.find, name_equls="nope")


def test_an_absent_value_is_not_none():
    red("expected 1 span with input {'zzz': None}, found 0", TRACE.one, input={"zzz": None})
    red("expected 1 span with attributes {'zzz': None}, found 0", TRACE.one, attributes={"zzz": None})


@pytest.mark.parametrize("name", ["", None, " "])
def test_an_empty_name_matches_nothing(name):
    red(f"name must be a name, a glob, a regex or a predicate, got {name!r}", TRACE.one, name)


def test_an_empty_step_and_an_empty_query_are_refused():
    red("call() needs a name or a condition: without one it matches every span", call)
    red("assert_never() needs a name or a condition: without one it concerns every span", TRACE.assert_never)
    red("tags must be a name, a glob, a regex or a predicate, got ''", TRACE.find, tags=[])


def test_an_empty_mapping_is_not_part_of_everything():
    red("expected 1 span 'tool' with input {}, found 0: called once, with another input", TRACE.one, "tool", input={})


@pytest.mark.parametrize(
    ("status", "meant"), [("ERROR", "error"), ("Error", "error"), ("failed", "error"), ("ok", "success")]
)
def test_an_unknown_status_is_refused(status, meant):
    known = "blocked, cancelled, error, running, success, timeout"
    red(f"unknown status {status!r}; did you mean {meant!r}?; known: {known}", TRACE.find, status=status)


def test_no_status_is_refused():
    red("status must be a name, a glob, a regex or a predicate, got None", TRACE.find, status=None)


def test_all_of_nothing_fails():
    red(NO_SPANS, TRACE.one("tool").children.assert_no_errors)
    red(NO_SPANS, TRACE.one("tool").children.assert_never, "zzz")
    red("expected at least 1 span 'zzz', found 0", TRACE.assert_nested, "zzz", under="agent")


def test_a_span_made_in_a_thread_is_seen():
    def work():
        with span(span_type="tool", name="in-thread"):
            pass

    with recording(Recorder("a test")) as recorder:
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
    red("expected no span 'in-thread', found 1", Trace(harvest(recorder)).assert_never, "in-thread")


def test_the_first_of_several_is_the_first():
    trace = a_trace(agent("agent", tool("a"), tool("b"), tool("c")))
    assert trace.one("agent").descendants.first(type="tool").name == "a"
    assert trace.one("agent").children.names == ["a", "b", "c"]


def test_one_query_does_not_use_up_another_s_spans():
    below = TRACE.one("agent").descendants
    assert below.find("tool").count == 1
    red("expected no span with status 'error', found 1", below.assert_never, status="error")


def test_a_limit_of_zero_is_a_limit():
    red("expected tool_calls <= 0, got 1", TRACE.assert_budget, tool_calls=0)


def test_a_failed_query_says_what_there_was():
    with pytest.raises(SpanNotFound, match=r"└─ tool tool ✗ ValueError: no   ← did you mean this one\?"):
        TRACE.one("tol")

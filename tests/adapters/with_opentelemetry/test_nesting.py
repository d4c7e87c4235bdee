"""Spans of OpenTelemetry and spans of others are one tree: in tasks, threads, pools, and with explicit contexts."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from opentelemetry import context as otel_context
from opentelemetry import trace as api
from opentelemetry.context import Context, attach, detach
from opentelemetry.trace import NoOpTracer, set_span_in_context

from pytest_traces.runtime import agent_trace, span

TRACER = api.get_tracer("shop")


def native(name):
    """Open a span of ours."""
    return span(span_type="chain", name=name)


@pytest.fixture(params=["without a provider", "with a provider"])
def tracer(request, provider):
    return provider.get_tracer("shop") if request.param == "with a provider" else TRACER


def test_a_native_span_is_inside_the_current_span_and_holds_the_next(trace, tracer):
    with agent_trace(agent_name="weather"), tracer.start_as_current_span("search"):
        with native("rank"), tracer.start_as_current_span("fetch"):
            pass
        with tracer.start_as_current_span("sort"):
            pass
    assert str(trace).splitlines() == [
        "agent weather",
        "└─ span search",
        "   ├─ chain rank",
        "   │  └─ span fetch",
        "   └─ span sort",
    ]
    assert len(trace.runs) == 1


def test_after_a_span_the_code_is_where_it_was(trace, tracer):
    with agent_trace(agent_name="weather"):
        with tracer.start_as_current_span("search"):
            pass
        with native("rank"):
            pass
    assert trace.one("rank").parent.name == "weather"


def test_a_span_that_is_not_made_the_current_one_holds_nothing(trace, tracer):
    started = tracer.start_span("search")
    with native("rank"):
        pass
    started.end()
    assert trace.roots.names == ["search", "rank"]


def test_an_explicit_context_decides(trace, tracer):
    with tracer.start_as_current_span("outer") as outer, tracer.start_as_current_span("inner"):
        tracer.start_span("explicit", context=set_span_in_context(outer)).end()
        token = attach(set_span_in_context(outer))
        with native("native"):
            pass
        detach(token)
        with native("after"):
            pass
    assert trace.one("explicit").parent.name == "outer"
    assert trace.one("native").parent.name == "outer"
    assert trace.one("after").parent.name == "inner"


def test_an_empty_context_is_below_the_code_that_starts_the_span(trace, tracer):
    with tracer.start_as_current_span("outer"):
        tracer.start_span("detached", context=Context()).end()
    assert trace.one("detached").parent.name == "outer"


def test_a_tracer_that_keeps_nothing_moves_nothing(trace, tracer):
    with tracer.start_as_current_span("search"), native("rank"):
        with NoOpTracer().start_as_current_span("nothing"), tracer.start_as_current_span("fetch"):
            pass
        with native("sort"):
            pass
    assert trace.one("fetch").parent.name == "rank"
    assert trace.one("sort").parent.name == "rank"


def test_a_context_that_changes_something_else_moves_nothing(trace, tracer):
    with tracer.start_as_current_span("search"), native("rank"):
        token = attach(otel_context.set_value("user", "ada"))
        with native("fetch"):
            pass
        detach(token)
    assert trace.one("fetch").parent.name == "rank"


def test_a_context_that_was_never_detached_is_left_with_the_one_around_it(trace, tracer):
    with tracer.start_as_current_span("outer"):
        attach(set_span_in_context(tracer.start_span("forgotten")))
        with native("inside"):
            pass
    with native("after"):
        pass
    assert trace.one("inside").parent.name == "forgotten"
    assert trace.one("after").parent is None


async def test_tasks_of_a_gather_are_side_by_side(trace, tracer):
    async def search(name):
        with tracer.start_as_current_span(name):
            await asyncio.sleep(0)

    with tracer.start_as_current_span("all"):
        await asyncio.gather(search("a"), search("b"))
        await search("c")
    assert str(trace).splitlines() == ["span all", "├─ ∥ span a", "├─ ∥ span b", "└─ span c"]


async def test_tasks_that_attach_one_context_are_side_by_side(trace, tracer):
    async def search(name, around):
        token = attach(around)
        with native(name):
            await asyncio.sleep(0)
        detach(token)

    with tracer.start_as_current_span("all") as outer:
        around = set_span_in_context(outer)
    await asyncio.gather(search("a", around), search("b", around))
    assert str(trace).splitlines() == ["span all", "├─ ∥ chain a", "└─ ∥ chain b"]


async def test_work_in_a_thread_with_a_copied_context_is_inside(trace, tracer):
    def search():
        with tracer.start_as_current_span("search"), native("rank"):
            pass

    with tracer.start_as_current_span("all"):
        await asyncio.to_thread(search)
    assert [one.path for one in trace.spans] == ["all", "all.search", "all.search.rank"]


def test_a_thread_without_a_context_begins_a_tree_of_its_own(trace, tracer):
    with tracer.start_as_current_span("all"):
        thread = threading.Thread(target=lambda: tracer.start_span("search").end())
        thread.start()
        thread.join()
    assert trace.roots.names == ["all", "search"]


def test_work_of_a_pool_belongs_to_the_span_that_submitted_it(trace, tracer):
    def search(name, around):
        token = attach(around)
        with tracer.start_as_current_span(name):
            pass
        detach(token)

    with ThreadPoolExecutor(1) as pool:
        for name in ("a", "b"):
            with tracer.start_as_current_span("all"):
                pool.submit(search, name, otel_context.get_current()).result()
    assert str(trace).splitlines() == ["span all", "└─ span a", "span all", "└─ span b"]


def test_a_span_that_never_ends_is_kept_from_its_start(trace, tracer):
    attributes = {"gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": "search", "shop": "books"}
    kept = tracer.start_span("execute_tool search", attributes=attributes)
    call = trace.one("search")
    assert (call.type, call.status, call.t1, call.attributes["shop"]) == ("tool", "running", None, "books")
    kept.end()


class TestLate:
    """What begins after its test is over is its own, never the next test's."""

    started = threading.Event()
    go_on = threading.Event()

    def test_first(self, trace):
        def leak():
            with TRACER.start_as_current_span("begun in the first test"):
                TestLate.started.set()
                TestLate.go_on.wait(10)
            with TRACER.start_as_current_span("late"):
                pass

        TestLate.thread = threading.Thread(target=leak)
        TestLate.thread.start()
        TestLate.started.wait(10)
        assert trace.spans.names == ["begun in the first test"]

    def test_second(self, trace):
        TestLate.go_on.set()
        TestLate.thread.join(10)
        with TRACER.start_as_current_span("mine"):
            pass
        assert trace.spans.names == ["mine"]

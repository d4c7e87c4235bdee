"""Tracers in workers, forks, fixtures that outlive tests and threads that do: each span has one test."""

import os

import pytest
from opentelemetry import trace as api

from pytest_traces import Trace
from tests.project import project as project

tracer = api.get_tracer("situations")

SHOP = """
from opentelemetry import trace

tracer = trace.get_tracer("shop")


def ask(question):
    with tracer.start_as_current_span(question):
        pass
"""


@pytest.fixture
def shop(project):
    project.write("shop.py", SHOP)
    return project


def test_workers_of_xdist_record_their_own_tests(shop):
    shop.tests("""
    import shop

    @pytest.mark.parametrize("question", ["a", "b", "c", "d"])
    def test_it(trace, question):
        shop.ask(question)
        assert trace.spans.names == [question]
    """)
    assert shop.run("-n2").outcomes == "4 passed"


def test_an_async_fixture_of_a_module_keeps_no_test(shop):
    shop.tests("""
    import anyio
    import shop

    @pytest.fixture(scope="module")
    def anyio_backend():
        return "asyncio"

    @pytest.fixture(scope="module")
    async def desk(anyio_backend):
        shop.ask("opened")
        yield
        shop.ask("closed")

    @pytest.mark.anyio
    @pytest.mark.parametrize("question", ["a", "b"])
    async def test_it(desk, trace, question):
        shop.ask(question)
        await anyio.sleep(0)
        assert trace.spans.names == [question]
    """)
    ran = shop.run("-panyio")
    assert ran.outcomes == "2 passed", ran.output


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_what_a_forked_process_does_is_not_recorded_and_goes_on(trace: Trace) -> None:
    with tracer.start_as_current_span("parent"):
        child = os.fork()
        if not child:
            with tracer.start_as_current_span("child"):
                os._exit(7)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
    assert str(trace) == "span parent"


def test_a_span_that_a_thread_ends_in_a_later_test_belongs_to_the_first(shop):
    shop.tests("""
    import threading
    import shop

    go, threads = threading.Event(), []

    def work():
        with shop.tracer.start_as_current_span("slow"):
            go.wait()
        shop.ask("late")

    def test_a(trace):
        threads.append(threading.Thread(target=work))
        threads[0].start()
        trace.wait_for("slow", status="running")

    def test_b(trace):
        go.set()
        threads[0].join()
        shop.ask("mine")
        assert trace.spans.names == ["mine"]
    """)
    ran = shop.run()
    assert ran.outcomes == "2 passed", ran.output


def test_links_are_left_to_the_program(trace: Trace, provider, exporter) -> None:
    own = provider.get_tracer("shop")
    with own.start_as_current_span("first") as first:
        pass
    with own.start_as_current_span("second", links=[api.Link(first.get_span_context())]):
        pass
    assert str(trace) == "span first\nspan second"
    assert exporter.get_finished_spans()[1].links[0].context == first.get_span_context()

"""Tracers in workers, forks, fixtures that outlive tests and threads that do: each span has one test."""

import os
import subprocess
import sys
from typing import Any

import pytest
from opentelemetry import propagate
from opentelemetry import trace as api
from opentelemetry.sdk.trace import TracerProvider

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
def test_a_forked_process_is_not_recorded_and_goes_on(trace: Trace) -> None:
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


SET_IN_EVERY_TEST = """
    from opentelemetry import trace as api
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import SimpleSpanProcessor
    from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
    from opentelemetry.util._once import Once

    import shop

    @pytest.fixture
    def exporter():
        exporter, provider = InMemorySpanExporter(), TracerProvider(shutdown_on_exit=False)
        provider.add_span_processor(SimpleSpanProcessor(exporter))
        {forget}
        api.set_tracer_provider(provider)
        yield exporter
        provider.shutdown()

    @pytest.mark.parametrize("number", [1, 2, 3])
    def test_it(trace, exporter, number):
        shop.ask("the tracer of the module")
        with api.get_tracer("shop").start_as_current_span("a tracer of the test"):
            pass
        assert trace.spans.names == ["the tracer of the module", "a tracer of the test"]
        exported = [span.name for span in exporter.get_finished_spans()]
        assert exported == {exported}[:number * 2]
"""
RESET = "api._TRACER_PROVIDER, api._TRACER_PROVIDER_SET_ONCE = None, Once()"
BOTH = ["the tracer of the module", "a tracer of the test"]


def test_a_suite_that_sets_a_provider_again_and_again_is_captured_whichever_opentelemetry_takes(shop: Any) -> None:
    """OpenTelemetry takes the first provider and refuses the others, with a recording as without."""
    exported = f"{BOTH} if number == 1 else []"
    shop.tests(SET_IN_EVERY_TEST.format(forget="", exported=f"({exported})"))
    ran = shop.run()
    assert ran.outcomes == "3 passed", ran.output


def test_a_suite_that_resets_the_globals_is_captured_by_the_tracer_of_a_module_too(shop: Any) -> None:
    """The tracer of the module keeps the provider of the first test, which is shut down by then."""
    exported = f"{BOTH} if number == 1 else {BOTH[1:]}"
    shop.tests(SET_IN_EVERY_TEST.format(forget=RESET, exported=f"({exported})"))
    ran = shop.run()
    assert ran.outcomes == "3 passed", ran.output


def test_tests_on_one_loop_keep_their_spans(shop: Any) -> None:
    shop.tests("""
    import asyncio
    import shop

    pytestmark = pytest.mark.asyncio(loop_scope="module")

    async def later(question):
        await asyncio.sleep(0)
        shop.ask(question)

    @pytest.mark.parametrize("question", ["a", "b", "c"])
    async def test_it(trace, question):
        await asyncio.gather(*(later(question) for _ in range(2)))
        assert trace.spans.names == [question] * 2
    """)
    ran = shop.run("-ppytest_asyncio.plugin")
    assert ran.outcomes == "3 passed", ran.output


CHILD = """
from opentelemetry import propagate, trace
from opentelemetry.sdk.trace import TracerProvider

context = propagate.extract({"traceparent": __import__("os").environ["TRACEPARENT"]})
with TracerProvider().get_tracer("child").start_as_current_span("child", context=context) as span:
    print(f"{span.parent.span_id:016x}", end="")
"""


def test_a_subprocess_is_not_recorded_and_finds_its_parent_as_ever(trace: Trace, provider: TracerProvider) -> None:
    carrier: dict[str, str] = {}
    with provider.get_tracer("shop").start_as_current_span("parent") as span:
        propagate.inject(carrier)
        environment = os.environ | {"TRACEPARENT": carrier["traceparent"]}
        parent = subprocess.check_output([sys.executable, "-c", CHILD], env=environment, text=True)
    assert parent == f"{span.get_span_context().span_id:016x}"
    assert str(trace) == "span parent"

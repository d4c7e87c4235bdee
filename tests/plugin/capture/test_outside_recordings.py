"""A suite that asks for no trace pays nothing: outside of recordings no value is read, and nothing is changed."""

from tests.project import PLUGINS, Project

LARGE = """
import tracemalloc

from pytest_traces.runtime import agent_trace, span, trace as traced, trace_tool


class Unread:
    def __str__(self):
        raise AssertionError("a value was read")


@trace_tool
def embed(text):
    return [0.5] * 10_000


@traced
def chunks(text):
    yield from embed(text)


@pytest.mark.parametrize("number", range(40))
def test_hands_embeddings_on(number):
    with agent_trace(agent_name=f"agent {number}") as run:
        with run.span(span_type="tool", input=ValueError(Unread())) as step:
            step.record_output(embed(Unread()))
            list(chunks(Unread()))


def test_what_was_kept():
    tracemalloc.start()
    before = tracemalloc.take_snapshot()
    for number in range(20):
        embed("text")
        list(chunks("text"))
    kept = sum(one.size_diff for one in tracemalloc.take_snapshot().compare_to(before, "filename"))
    tracemalloc.stop()
    assert kept < 100_000
"""


def test_values_are_neither_read_nor_kept(project: Project) -> None:
    project.tests(LARGE)
    assert project.run().outcomes == "41 passed"


EMBEDDINGS = """
import asyncio
import gc
import tracemalloc

from timbal import Tool


def embed(text: str) -> list[float]:
    return [float(number) for number in range(2_000)]


@pytest.mark.parametrize("number", range(150))
def test_hands_embeddings_on(number):
    if number == 5:
        tracemalloc.start()
    assert len(asyncio.run(Tool(name="embed", handler=embed)(text="text").collect()).output) == 2_000


def test_what_was_kept():
    gc.collect()
    print("kept", tracemalloc.get_traced_memory()[0])
"""


def test_a_suite_of_a_framework_keeps_no_more_than_it_does_without_us(project: Project) -> None:
    project.tests(EMBEDDINGS)
    kept = []
    for plugins in PLUGINS, ():
        ran = project.run("-s", plugins=plugins)
        assert ran.outcomes == "151 passed"
        kept.append(int(ran.output.partition("kept ")[2].split()[0]))
    with_us, without_us = kept
    assert with_us < without_us + 1_000_000  # 145 copies of an embedding have nine times as much


def test_content_is_asked_for_while_a_test_is_recorded_only(project: Project) -> None:
    project.tests("""
    import os

    NAME = "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT"
    assert NAME not in os.environ

    def test_inside(trace):
        assert os.environ[NAME] == "span_and_event"

    def test_outside():
        assert NAME not in os.environ
    """)
    assert project.run().outcomes == "2 passed"
    assert project.run("-o", "trace_content=false").outcomes == "1 failed, 1 passed"


def test_a_run_context_is_there_inside_of_recordings_only(project: Project) -> None:
    project.tests("""
    from pytest_traces.runtime import get_run_context, span

    def context():
        with span(span_type="tool"):
            return get_run_context()

    def test_outside():
        assert context() is None

    def test_inside(trace):
        assert context() is not None
    """)
    assert project.run().outcomes == "2 passed"

"""What a passed test recorded is let go: memory does not grow with the number of tests."""

from __future__ import annotations

import pytest

from tests.project import Project

TESTS = """
import gc, threading, weakref

from pytest_traces.runtime.recording.recorder import Record, Recorder
from pytest_traces.model.span import SpanData

over, threads, counts = threading.Event(), [], []

@pytest.fixture(scope="module", autouse=True)
def _ends():
    yield
    over.set()
    for thread in threads:
        thread.join()

@pytest.mark.parametrize("number", range(30))
def test_each(trace, number):
    ask(fails=1)
    threads.append(threading.Thread(target=over.wait))  # a leftover thread holds its context
    threads[-1].start()
    assert trace.tools
    gc.collect()
    counts.append([sum(isinstance(one, kind) for one in gc.get_objects()) for kind in (Record, SpanData)])

def test_the_number_of_spans_in_memory_is_flat():
    assert max(counts) <= [25, 25], counts
"""


def test_spans_of_passed_tests_are_freed_though_their_threads_go_on(project: Project) -> None:
    project.tests(TESTS)
    assert project.run().outcomes == "31 passed"


def test_a_trace_that_is_kept_keeps_its_tree(project: Project) -> None:
    project.tests("""
    kept = []

    def test_one(trace):
        ask("Rome")
        kept.append(trace)

    def test_two():
        assert kept[0].one("get_weather").input == {"city": "Rome"}
        assert len(kept[0].events) == 6
        assert kept[0].usage.total_tokens == 72
    """)
    assert project.run().outcomes == "2 passed"


MEASURE = """
import gc, tracemalloc

over = []

def pytest_runtest_logreport(report):
    if report.when == "teardown":
        over.append(report.nodeid)
        if len(over) == 50:
            tracemalloc.start()

def pytest_sessionfinish(session):
    if not hasattr(session.config, "workerinput"):
        gc.collect()
        ours = [tracemalloc.Filter(True, f"*/{package}/*") for package in ("pytest_traces", "execnet")]
        kept = tracemalloc.take_snapshot().filter_traces(ours).statistics("filename")
        of_a_test = sum(one.size for one in kept) // (len(over) - 50)
        assert of_a_test < MOST, (of_a_test, [str(one) for one in kept[:5]])
"""
MANY = """
@pytest.mark.parametrize("number", range(200))
def test_each(trace, number):
    for city in range(10):
        ask()
    assert trace.tools
"""


@pytest.mark.parametrize(
    ("options", "most"),
    [((), 3_000), (("--trace-report",), 3_000), (("-n2",), 9_000), (("--trace-save=run.jsonl",), 8_000)],
    ids=["plain", "report", "n2", "save with its traces"],
)
def test_a_passed_test_leaves_few_bytes(project: Project, options: tuple[str, ...], most: int) -> None:
    project.write("conftest.py", MEASURE.replace("MOST", str(most)))
    project.tests(MANY)
    ran = project.run(*options)
    assert (ran.code, ran.outcomes) == (0, "200 passed"), ran.output

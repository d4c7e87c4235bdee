"""What a passed test recorded is let go: memory does not grow with the number of tests."""

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

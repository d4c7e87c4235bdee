"""Work that an earlier test left behind goes on: what it records is in no trace, and is told to the test that runs."""

import pytest

from tests.project import Project, Result

WORKER = """
import threading
from collections import deque

from app import ask
from pytest_traces.runtime.tracing.spans import span

jobs, done, over = deque(), threading.Semaphore(0), threading.Event()

def work():
    while not over.wait(0.001):
        if jobs:
            with span(span_type="tool", name=jobs.popleft()):
                pass
            done.release()

def hand_over(name):
    jobs.append(name)
    assert done.acquire(timeout=10)

@pytest.fixture(scope="module", autouse=True)
def _ends():
    yield
    over.set()

def test_first(trace):
    threading.Thread(target=work, daemon=True).start()
    hand_over("start")
    assert trace.tools == ["start"]
"""

TOLD = """\
pytest_traces.Mismatch: expected to know every span 'delete_user', but tool 'delete_user' ran meanwhile in work that \
test_it.py::test_first left behind: it may be of this test

agent weather
├─ tool get_weather
└─ llm gpt-4o-mini

hint: work for a running thread is followed only through queues, pools, tasks and events; \
start the thread in the test, or end it with the test that started it"""

UNSURE = [
    "assert 'delete_user' not in trace.tools",
    "assert not trace.find('delete_*')",
    "assert trace.tools.names.count('delete_user') == 0",
    "trace.assert_never('delete_user')",
    "trace.assert_never(type='tool', under='llm *')",
    "trace.assert_calls({'get_weather': 1})",
    "trace.assert_calls(only=['get_*'])",
    "trace.assert_calls(at_most={'get_weather': 1, 'delete_*': 0})",
    "trace.assert_sequence('get_weather')",
]
SURE = [
    "trace.assert_never('refund')",
    "assert 'refund' not in trace.tools",
    "trace.assert_never(type='agent', under='*')",
    "trace.assert_calls(at_least={'get_weather': 1})",
    "trace.assert_calls(only=['get_*', 'delete_*'])",
    "trace.assert_sequence('get_weather', ...)",
]


def after_the_first(project: Project, statements: list[str], *options: str) -> Result:
    """Run one test for each statement, while the worker of an earlier test does what it was handed unseen."""
    tests = [
        f"def test_{at}(trace):\n    ask()\n    hand_over('delete_user')\n    {statement}\n"
        for at, statement in enumerate(statements)
    ]
    project.tests("\n".join([WORKER, *tests]))
    return project.run(*options)


def test_a_statement_that_a_stray_could_change_is_unsure(project: Project) -> None:
    ran = after_the_first(project, UNSURE)
    assert ran.outcomes == f"{len(UNSURE)} failed, 1 passed"
    assert ran.output.count("ran meanwhile in work that test_it.py::test_first left behind: it may be") >= len(UNSURE)


def test_the_warning_names_the_span_and_the_test_that_left_it(project: Project) -> None:
    told = after_the_first(project, ["trace.assert_never('delete_user')"]).output
    assert TOLD in "\n".join(line.removeprefix("E").strip() if line[:1] == "E" else line for line in told.splitlines())


@pytest.mark.parametrize("options", [(), ("-n2", "--dist=loadfile")], ids=["plain", "n2"])
def test_a_statement_that_no_stray_can_change_holds_and_the_test_is_warned(
    project: Project, options: tuple[str, ...]
) -> None:
    ran = after_the_first(project, SURE, *options)
    assert ran.outcomes == f"{len(SURE) + 1} passed"
    warning = (
        "StraySpans: 1 span began while this test ran, in work that test_it.py::test_first left behind: delete_user."
    )
    assert ran.output.count(warning) == len(SURE)


def test_an_empty_trace_names_what_may_be_its_own(project: Project) -> None:
    project.tests(f"{WORKER}\ndef test_next(trace):\n    hand_over('pay')\n    trace.one('pay')\n")
    output = project.run().output
    assert "EmptyTrace: nothing was recorded" in output
    assert "ran in work that test_it.py::test_first left behind: pay" in output


def test_a_test_that_asks_nothing_of_its_trace_is_not_warned(project: Project) -> None:
    ran = after_the_first(project, ["pass"], "--trace-report")
    assert ran.outcomes == "2 passed"
    assert "StraySpans" not in ran.output

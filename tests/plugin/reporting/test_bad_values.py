"""A bad value from the program, or a slip of ours, is one test's affair: the session goes on."""

import pytest

from tests.project import Project

HEAD = """
import enum
import json
from pytest_traces.runtime import record_span, span

class Kind(enum.Enum):
    A = "tool"

def test_good(trace):
    ask()

def test_bad(trace):
    with span(span_type="llm", name="a") as s:
        {line}
    {then}
"""
TAKEN = [
    "s.set_token_usage(input_tokens=None)",
    's.set_token_usage(input_tokens="12")',
    's.mark_failed(ValueError("x"))',
    "s.mark_failed(None)",
    "s.count(5, 1)",
    'record_span(span_type="tool", name="a", error=ValueError("x"))',
    'record_span(span_type="tool", name="a", input={"n": 10**5000}, status="failed")',
    'record_span(span_type="tool", name=5)',
    "record_span(span_type=Kind.A)",
    'record_span(span_type="tool", name="\\\\ud800", input="\\\\ud801")',
]
REFUSED = ['s.count("rows", float("nan"))', "record_span(span_type=None)", 's.set_status("timed_out")']


def test_a_strange_value_with_a_plain_meaning_fails_no_test(project: Project) -> None:
    bodies = "".join(HEAD.format(line=line, then="pass").replace("_bad", f"_bad_{n}") for n, line in enumerate(TAKEN))
    project.tests(bodies)
    ran = project.run("-n2", "--trace-report", "--junit-xml=report.xml")
    assert (ran.code, ran.outcomes) == (0, f"{len(TAKEN) + 1} passed")


@pytest.mark.parametrize("workers", [(), ("-n2",)], ids=["plain", "n2"])
def test_a_failing_test_that_recorded_it_is_one_failed_test(project: Project, workers: tuple[str, ...]) -> None:
    bodies = "".join(
        HEAD.format(line=line, then="assert 0").replace("_bad", f"_bad_{n}") for n, line in enumerate(TAKEN + REFUSED)
    )
    project.tests(bodies)
    ran = project.run(*workers)
    assert (ran.code, ran.outcomes) == (1, f"{len(TAKEN) + len(REFUSED)} failed, 1 passed")
    assert ran.output.count("pytest_traces.TracesError: counter 'rows' of span 'a' is a whole number of at least") >= 1


SLIP = """
from pytest_traces.runtime import span


@pytest.fixture
def breaks_late(trace):
    yield
    with span(span_type="tool", name="a") as step:
        step._tokens = 5

def test_slips(trace):
    with span(span_type="tool", name="a") as step:
        step._tokens = 5

def test_slips_and_fails(trace):
    with span(span_type="tool", name="a") as step:
        step._tokens = 5
    assert 0, "its own failure"

def test_slips_late(trace, breaks_late):
    ask()

def test_good(trace):
    ask()
"""


@pytest.mark.parametrize("workers", [(), ("-n2",)], ids=["plain", "n2"])
def test_a_slip_of_ours_is_one_failed_test_and_says_so(project: Project, workers: tuple[str, ...]) -> None:
    project.tests(SLIP)
    ran = project.run(*workers, "--trace-report")
    assert (ran.code, ran.outcomes) == (1, "2 failed, 2 passed, 1 error")
    told = "pytest_traces.TracesError: the trace of this test can't be reported: TypeError"
    assert [line for line in ran.output.splitlines() if line == told] == [told] * 3
    assert "hint: this is a defect of pytest-traces, please report it together with what the program recorded" in (
        ran.output
    )
    assert "its own failure" in ran.output
    assert ran.section("trace report").startswith(" 2 tests, 1 failed · 6 spans")


def test_a_slip_while_snapshots_are_written_is_one_error(project: Project) -> None:
    project.write(
        "conftest.py",
        """
    from pytest_traces.snapshots.storing.store import TestSnapshots

    def broken(self, **about):
        raise OSError("disk full")

    TestSnapshots.finish = broken
    """,
    )
    project.tests("def test_a(trace):\n    ask()\n    trace.assert_usage()\n\n\ndef test_b():\n    pass\n")
    ran = project.run("--snapshot-update")
    assert (ran.code, ran.outcomes) == (1, "2 passed, 1 error")
    assert "OSError: disk full" in ran.output

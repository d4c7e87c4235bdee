"""`--trace-report`: what the terminal tells at the end of a session."""

import re

import pytest

from tests.project import Project

TESTS = """
from pytest_traces.runtime.tracing.spans import record_span

def test_retries(trace):
    ask(fails=2)

def test_does_not_ask_for_its_trace():
    record_span(span_type="llm", name="answer", latency_ms=2450)

def test_records_nothing():
    pass

attempts = []

def test_is_run_again(trace):
    attempts.append(1)
    ask()
    assert len(attempts) == 2
"""
REPORT = """\
 3 tests · 9 spans · 3 llm calls · ≥ 144 tokens, 1 call unreported · cost unknown · 1 retry · 1 slow
 1 rerun

 models calls input output average p95 errors
 unknown 2 120 24 T T 0%
 answer 1 ? ? T T 0%

 tools, agents and others calls average p95 errors
 agent weather 2 T T 0%
 tool get_weather 4 T T 50%

 retries tests attempts recovered wasted why
 tool get_weather 1 3 1 of 1 T Failed

 slow steps (≥ 1,500 ms) times tests slowest in
 llm answer 1 1 T test_it.py::test_does_not_ask_for_its_trace

 critical path of the slowest run, T in test_it.py::test_does_not_ask_for_its_trace
 llm answer T

 most expensive tests llm calls tokens time
 test_it.py::test_is_run_again 1 72 T
 test_it.py::test_retries 1 72 T
 test_it.py::test_does_not_ask_for_its_trace 1 ? T

 passed only on a rerun
 test_it.py::test_is_run_again

 recorded a trace and never looked at it: 3 tests
 test_it.py::test_does_not_ask_for_its_trace
 test_it.py::test_is_run_again
 test_it.py::test_retries"""


def told(report: str) -> str:
    """Return a report without times, and without the width they give to columns."""
    return re.sub(" +", " ", re.sub(r"\d+(\.\d)? m?s\b(?!\))", "T", report))


@pytest.mark.parametrize("workers", [(), ("-n2",)], ids=["plain", "n2"])
def test_the_report_is_the_same_with_and_without_workers(project: Project, workers: tuple[str, ...]) -> None:
    project.tests(TESTS)
    ran = project.run("--trace-report", "--reruns=2", *workers)
    assert (ran.code, ran.outcomes) == (0, "4 passed, 1 rerun")
    assert told(ran.section("trace report")) == REPORT


def test_tests_that_failed_for_the_same_reason_are_told_together(project: Project) -> None:
    project.tests("""
    @pytest.mark.parametrize("city", ["Paris", "Rome", "Oslo"])
    def test_a(trace, city):
        ask(city)
        trace.assert_never("get_weather")

    def test_b(trace):
        ask()
        raise ValueError("agent died\\nand more")
    """)
    ran = project.run("--trace-report")
    report = ran.section("trace report")
    assert report.startswith(" 4 tests, 4 failed · ")
    assert report.partition(" failed for")[2].splitlines() == [
        " the same reason                           tests  first",
        "   Mismatch: expected no span 'get_weather', found 1      3  test_it.py::test_a[Oslo]",
    ]


def test_limits_and_queries_look_at_a_trace_and_a_fixture_alone_does_not(project: Project) -> None:
    project.tests("""
    def test_asks(trace):
        ask()
        assert trace.tools

    @pytest.mark.trace(llm_calls=1)
    def test_is_limited():
        ask()

    def test_only_takes_the_fixture(trace):
        ask()
    """)
    report = project.run("--trace-report").section("trace report")
    assert report.endswith(
        " recorded a trace and never looked at it: 1 test\n   test_it.py::test_only_takes_the_fixture"
    )


LINE = "traces: 1 retry · 1 slow step (--trace-report shows more)"
SLOW = """
from pytest_traces.runtime.tracing.spans import record_span

def test_a(trace):
    ask(fails=1)
    record_span(span_type="llm", name="answer", latency_ms=2450)
"""


@pytest.mark.parametrize("workers", [(), ("-n2",)], ids=["plain", "n2"])
def test_without_the_option_one_line_tells_that_there_is_more_to_know(
    project: Project, workers: tuple[str, ...]
) -> None:
    project.tests(SLOW)
    assert LINE in project.run(*workers).output.splitlines()


@pytest.mark.parametrize(
    ("setting", "tests", "told"),
    [
        ("never", SLOW, []),
        ("always", SLOW, [LINE]),
        ("auto", "def test_a(trace):\n    ask()\n", []),
        (
            "always",
            "def test_a(trace):\n    ask()\n",
            ["traces: 1 test · 3 spans · 1 llm call · 72 tokens · cost unknown · 0 retries · 0 slow"],
        ),
        ("always", "def test_a():\n    pass\n", []),
    ],
)
def test_the_line_can_be_silenced_and_forced(project: Project, setting: str, tests: str, told: list[str]) -> None:
    project.write("pytest.ini", f"[pytest]\ntrace_summary_line = {setting}\n")
    project.tests(tests)
    assert [line for line in project.run().output.splitlines() if line.startswith("traces:")] == told


def test_the_report_is_as_wide_as_the_terminal_and_coloured_as_pytest_is(project: Project) -> None:
    project.tests("def test_a(trace):\n    ask(fails=1)\n")
    report = project.run("--trace-report", "--color=yes").output.partition("trace report")[2]
    assert "\x1b[1m retries " in report
    assert "\x1b" not in project.run("--trace-report", "--color=no").output


def test_without_the_option_there_is_no_report(project: Project) -> None:
    project.tests("def test_a(trace):\n    ask()\n")
    assert "trace report" not in project.run().output


def test_quiet_twice_means_no_report(project: Project) -> None:
    project.tests("def test_a(trace):\n    ask()\n")
    assert "trace report" in project.run("--trace-report", "-q").output
    assert "trace report" not in project.run("--trace-report", "-qq").output


def test_long_lists_are_cut_and_say_so(project: Project) -> None:
    project.write("pytest.ini", "[pytest]\ntrace_report_rows = 1\n")
    project.tests("""
    @pytest.mark.parametrize("city", ["Paris", "Rome"])
    def test_a(city):
        ask(city, fails=1)
    """)
    ran = project.run("--trace-report")
    assert ran.section("trace report").count("   … 1 more") == 3  # operations, expensive tests, tests never asked


def test_troubles_of_the_recording_are_told(project: Project) -> None:
    project.tests("""
    from pytest_traces.runtime.recording.context import here

    def test_a(trace):
        with here().recorder.gaps.guard("some framework"):
            raise KeyError("usage sk-proj-4f6Tq9Zr2LxW8bYc3NdM")
    """)
    ran = project.run("--trace-report")
    assert ran.code == 0
    assert ran.section("trace report").splitlines()[1:] == [
        "",
        " adapter problems",
        "   some framework: KeyError: 'usage <redacted>'",
    ]


def test_figures_travel_as_plain_values(project: Project) -> None:
    project.write(
        "conftest.py",
        """
    import json

    def pytest_runtest_logreport(report):
        if report.when == "call":
            print(json.dumps(report.trace)[:60])
    """,
    )
    project.tests("def test_a(trace):\n    ask()\n")
    assert '{"spans": 3, "llm_calls": 1, "tokens": 72, "unreported": 0' in project.run("-s").output

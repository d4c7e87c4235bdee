"""`--trace-report`: what the terminal tells at the end of a session."""

import pytest

from tests.plugin.project import Project

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
 3 tests · 9 spans · 3 llm calls · ≥ 144 tokens, 1 call unreported · 1 retry · 1 slow · 1 rerun

 retries
   tool get_weather  3 attempts, recovered  Failed  test_it.py::test_retries
 slow steps (≥ 1500 ms)
   llm answer  2450 ms  test_it.py::test_does_not_ask_for_its_trace"""


@pytest.mark.parametrize("workers", [(), ("-n2",)], ids=["plain", "n2"])
def test_the_report_tells_retries_slow_steps_usage_and_reruns(project: Project, workers: tuple[str, ...]) -> None:
    project.tests(TESTS)
    ran = project.run("--trace-report", "--reruns=2", *workers)
    assert (ran.code, ran.outcomes) == (0, "4 passed, 1 rerun")
    assert ran.section("trace report") == REPORT


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
    assert ran.section("trace report").splitlines()[-1] == "   … 1 more"


def test_what_went_wrong_while_recording_is_told(project: Project) -> None:
    project.tests("""
    from pytest_traces.runtime.recording.place import here

    def test_a(trace):
        with here().recorder.guard("some framework"):
            raise KeyError("usage sk-proj-4f6Tq9Zr2LxW8bYc3NdM")
    """)
    ran = project.run("--trace-report")
    assert ran.code == 0
    assert ran.section("trace report").splitlines()[1:] == [
        " troubles while recording",
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

"""`pytest_traces.record()` in a suite: one run that costs money, many tests that look at it."""

from tests.plugin.umbrella import UMBRELLA, around
from tests.project import Project


def runs(project: Project) -> int:
    """How often the program was run that costs money."""
    path = project.path / "runs.txt"
    return len(path.read_text()) if path.exists() else 0


def test_one_run_serves_many_tests_in_any_order(project: Project) -> None:
    around(
        project,
        """
    def test_calls_one_tool(umbrella):
        umbrella.assert_calls({"get_weather": 1})

    @pytest.mark.parametrize("name", ["weather", "get_weather"])
    def test_names(umbrella, name):
        assert umbrella.one(name).status == "success"

    def test_is_apart_from_the_test_s_own_trace(umbrella, trace):
        ask("Oslo")
        assert trace.one("get_weather").input == {"city": "Oslo"}
        assert umbrella.one("get_weather").input == {"city": "Paris"}
    """,
    )
    assert project.run().outcomes == "4 passed"
    assert runs(project) == 1
    assert project.run("test_it.py::test_names", "test_it.py::test_calls_one_tool").outcomes == "3 passed"


def test_each_worker_runs_it_once_and_no_test_twice(project: Project) -> None:
    project.tests(
        UMBRELLA + "".join(f"\ndef test_{n}(umbrella):\n    umbrella.assert_once('weather')\n" for n in "abcd")
    )
    assert project.run("-n2").outcomes == "4 passed"
    assert runs(project) in (1, 2)


CITIES = """
import pytest_traces

@pytest.fixture(scope="module", params=["Paris", "Rome"])
def run(request):
    with pytest_traces.record() as trace:
        ask(request.param)
    with open("runs.txt", "a") as runs:
        runs.write("x")
    return trace

@pytest.mark.parametrize("name", ["weather", "get_weather"])
def test_names(run, name, request):
    assert run.one(name).status == "success"
    assert run.one("get_weather").input == {"city": "Rome"} or name == "weather"
"""
"""One run for each city; a test of the run in Paris fails."""


def test_only_the_run_that_a_failed_test_needs_is_run_again(project: Project) -> None:
    project.tests(CITIES)
    assert project.run().outcomes == "1 failed, 3 passed"
    assert runs(project) == 2
    assert project.run("--lf").outcomes == "1 failed"
    assert runs(project) == 3
    report = project.run("--lf", "-n2", "--trace-report")
    assert report.outcomes == "1 failed"
    assert runs(project) == 4
    assert report.section("trace report").startswith(" 0 tests · 1 recording · 3 spans · 1 llm call ")
    assert report.output.count("Trace of test_it.py::run") == 1


def test_the_order_of_tests_changes_no_recording(project: Project) -> None:
    project.tests(CITIES)
    mixed = ("Rome-weather", "Paris-get_weather", "Rome-get_weather", "Paris-weather")
    assert project.run(*(f"test_it.py::test_names[{one}]" for one in mixed)).outcomes == "1 failed, 3 passed"


def test_a_failed_test_shows_the_recordings_it_used(project: Project) -> None:
    around(
        project,
        """
    def test_uses(umbrella):
        assert umbrella.one("weather").status == "error"

    def test_does_not():
        assert False
    """,
    )
    result = project.run()
    assert result.outcomes == "2 failed"
    assert result.output.count("Trace of test_it.py::umbrella") == 1
    assert "├─ tool get_weather" in result.output


def test_a_run_that_fails_in_its_fixture_shows_how_far_it_came(project: Project) -> None:
    project.tests(
        """
    import pytest_traces

    @pytest.fixture(scope="session")
    def broken():
        with pytest_traces.record():
            ask()
            raise ValueError("no key")

    def test_a(broken):
        pass
    """
    )
    result = project.run()
    assert result.outcomes == "1 error"
    assert "Trace of test_it.py::broken" in result.output
    assert "agent weather" in result.output


def test_a_shared_recording_counts_once_in_the_report(project: Project) -> None:
    around(
        project,
        """
    def test_a(umbrella):
        umbrella.assert_no_errors()

    def test_b(umbrella):
        umbrella.assert_no_errors()

    def test_c():
        with pytest_traces.record() as trace:
            ask("Oslo")
        trace.assert_once("weather")
    """,
    )
    expected = " 0 tests · 2 recordings · 6 spans · 2 llm calls · 144 tokens · cost unknown · 0 retries · 0 slow"
    assert project.run("--trace-report", "-p", "no:randomly").section("trace report").splitlines()[0] == expected
    spans = project.run("--trace-report", "-n2").section("trace report").splitlines()[0]
    assert " 6 spans " in spans or " 9 spans " in spans  # one run for each worker that needs it


def test_a_run_in_a_test_that_is_run_again_counts_once(project: Project) -> None:
    project.tests(
        """
    import pytest_traces

    attempts = []

    def test_flaky():
        attempts.append(1)
        with pytest_traces.record():
            ask()
        assert len(attempts) == 2
    """
    )
    report = project.run("--trace-report", "--reruns=2").section("trace report")
    assert report.startswith(" 0 tests · 1 recording · 3 spans · 1 llm call · 72 tokens")
    assert "1 rerun" in report


def test_spans_of_a_record_block_are_not_in_the_trace_of_its_test(project: Project) -> None:
    project.tests(
        """
    import threading
    import pytest_traces

    def test_a(trace):
        ask("Rome")
        with pytest_traces.record() as inner:
            ask("Oslo")
            thread = threading.Thread(target=ask, args=("Bern",))
            thread.start()
            thread.join()
        ask("Nice")
        assert [tool.input["city"] for tool in trace.tools] == ["Rome", "Nice"]
        assert [tool.input["city"] for tool in inner.tools] == ["Oslo", "Bern"]
    """
    )
    assert project.run().outcomes == "1 passed"


def test_an_empty_recording_says_who_listened(project: Project) -> None:
    project.tests(
        """
    import pytest_traces

    def test_a():
        with pytest_traces.record() as trace:
            pass
        trace.assert_no_errors()
    """
    )
    output = project.run().output
    assert "EmptyTrace: nothing was recorded" in output
    assert "hint: run the program inside the block of record()" in output


def test_a_runaway_program_fails_though_it_caught_the_error(project: Project) -> None:
    project.write("pytest.ini", "[pytest]\ntrace_max_spans = 2\n")
    project.tests(
        """
    import pytest_traces

    def test_a():
        with pytest_traces.record():
            try:
                ask()
            except BaseException:
                pass
    """
    )
    result = project.run()
    assert result.code != 0
    assert "RunawayTrace: the program recorded more than 2 spans" in result.output

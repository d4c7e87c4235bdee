"""Traces that are used for the first time in the middle of a session work like those that every test uses."""

import pytest

from pytest_traces.analysis.health import slow
from pytest_traces.plugin import options
from tests.project import APP, Project

LATE = """
import sys

def session(request):
    return request.config.pluginmanager.hasplugin("pytest-traces-session")
"""


def test_a_recording_in_the_body_of_a_test_is_drawn_if_it_fails(project: Project) -> None:
    project.write("app.py", APP)
    project.write("late.py", LATE)
    project.write(
        "test_it.py",
        """
    from late import session

    def test_uses_none(request):
        assert not session(request)

    def test_records(request):
        from app import ask
        from pytest_traces import record

        with record() as run:
            ask()
        assert session(request)
        run.assert_calls({"get_weather": 2})
    """,
    )
    ran = project.run()
    assert ran.outcomes == "1 failed, 1 passed"
    assert "pytest_traces.Mismatch: expected 2 calls of 'get_weather', found 1" in ran.output
    assert "pytest_traces/" not in ran.section("test_records")


def test_a_fixture_that_is_asked_for_by_name_records_from_then_on(project: Project) -> None:
    project.write("late.py", LATE)
    project.write(
        "test_it.py",
        """
    from late import session

    def test_asks_late(request):
        assert not session(request)
        trace = request.getfixturevalue("trace")
        from app import ask

        ask()
        assert trace.tools.names == ["get_weather"]
        trace.assert_span_tree()
    """,
    )
    project.write("app.py", APP)
    assert project.run("--snapshot-update").outcomes == "1 passed"
    assert len(project.snapshots()) == 1
    assert project.run().outcomes == "1 passed"


def test_what_a_wider_fixture_ran_before_the_first_use_is_of_no_test(project: Project) -> None:
    project.write("app.py", APP)
    project.write(
        "test_it.py",
        """
    import pytest

    @pytest.fixture(scope="session")
    def warm():
        from app import ask

        ask("Oslo")
        yield
        ask("Rome")

    def test_records(request, warm):
        from app import ask
        from pytest_traces import record

        with record() as run:
            ask()
        run.assert_calls({"get_weather": 1})

    def test_stays_empty(warm, request):
        request.getfixturevalue("trace").one("get_weather")
    """,
    )
    ran = project.run()
    assert ran.outcomes == "1 failed, 1 passed"
    assert "seen outside tests: get_weather, gpt-4o-mini, weather" in ran.output, ran.output


@pytest.mark.parametrize("workers", [(), ("-n2",)])
def test_one_test_of_many_that_is_traced_is_told_of(project: Project, workers: tuple[str, ...]) -> None:
    project.tests("""
    def test_a(): pass
    def test_b(trace):
        ask(fails=1)
        trace.assert_calls({"get_weather": 3})
    def test_c(): pass
    """)
    ran = project.run(*workers)
    assert ran.outcomes == "1 failed, 2 passed"
    assert "agent weather" in ran.section("test_b")


def test_the_pytest_plugin_of_anyio_is_no_use_of_traces(project: Project) -> None:
    project.write("late.py", LATE)
    project.write(
        "test_it.py",
        """
    import sys

    from late import session

    def test_a(request):
        assert "anyio.streams.memory" in sys.modules
        assert not session(request)
        ours = ("pytest_traces.runtime", "pytest_traces.adapters.")
        assert [name for name in sys.modules if name.startswith(ours)] == []
    """,
    )
    ran = project.run(plugins=("anyio.pytest_plugin", "pytest_traces.plugin"))
    assert ran.outcomes == "1 passed", ran.output


def test_the_default_of_slow_is_that_of_every_trace() -> None:
    assert options.SLOW_MS == slow.SLOW_MS

"""Beside other plugins, without some, and in suites that ask for no trace."""

import pytest

from tests.project import Project

BOTH = """
def test_asks(trace):
    ask()
    assert trace.tools.names == ["get_weather"]

def test_compares(trace):
    ask()
    trace.assert_span_tree()
"""
USAGE = "snapshots of traces need syrupy: install it, and do not switch it off"


def test_without_syrupy_all_but_snapshots_works(project: Project) -> None:
    project.tests(BOTH)
    ran = project.run("--trace-report", "-p", "no:syrupy", plugins=("pytest_traces.plugin",))
    assert ran.outcomes == "1 failed, 1 passed"
    assert f"UsageError: {USAGE}" in ran.output
    assert "2 tests, 1 failed · 6 spans" in ran.output


def test_a_snapshot_fixture_of_another_plugin_does_not_disturb(project: Project) -> None:
    project.write("conftest.py", "import pytest\n\n@pytest.fixture\ndef snapshot():\n    return object()\n")
    project.tests(BOTH)
    assert project.run("--snapshot-update").outcomes == "2 passed"
    assert project.run().outcomes == "2 passed"


@pytest.mark.parametrize("without", ["cacheprovider", "terminal", "junitxml", "assertion"])
def test_without_a_part_of_pytest(project: Project, without: str) -> None:
    project.tests(BOTH)
    flags = ("--trace-report", "--snapshot-update", "-p", f"no:{without}")
    assert project.run(*flags).code == 0
    assert project.run(*flags[2:]).code == 0
    assert len(project.snapshots()) == 1


def test_a_suite_that_never_asks_loads_nothing_because_of_us(project: Project) -> None:
    project.write("app.py", "def ask(): pass\n")
    project.tests("""
    import sys

    def test_a():
        heavy = ("pydantic", "syrupy", "deepdiff", "opentelemetry", "pytest_traces.runtime.recording.context")
        assert [name for name in heavy if name in sys.modules] == []
        ours = sorted(name for name in sys.modules if name.startswith("pytest_traces"))
        assert ours == [
            "pytest_traces",
            "pytest_traces.adapters",
            "pytest_traces.ledger",
            "pytest_traces.plugin",
            "pytest_traces.plugin.first_use",
            "pytest_traces.plugin.options",
            "pytest_traces.plugin.running",
        ]
    """)
    ran = project.run("-p", "no:syrupy", plugins=("pytest_traces.plugin",))
    assert ran.outcomes == "1 passed", ran.output


def test_a_trace_alone_loads_no_snapshots(project: Project) -> None:
    project.tests("""
    import sys

    def test_a(trace):
        ask()
        assert trace.tools.count == 1
        assert [name for name in ("deepdiff", "opentelemetry") if name in sys.modules] == []
    """)
    assert project.run().outcomes == "1 passed"


def test_a_suite_that_imports_no_framework_loads_none_because_of_us(project: Project) -> None:
    project.tests("""
    import sys

    import pytest_traces
    from pytest_traces.adapters.registry import ADAPTERS

    FRAMEWORKS = {module.partition(".")[0] for adapter in ADAPTERS for module in adapter.hooks}
    ROOMS = {hook.rpartition(":")[0] for adapter in ADAPTERS for hook in adapter.hooks.values()}

    def loaded():
        return sorted(name for name in sys.modules if name in ROOMS or name.partition(".")[0] in FRAMEWORKS)

    def test_all_that_a_test_may_do(trace):
        trace.record_calls("app:ask")
        trace.on("get_weather").after(1).delays(0.001)
        ask()
        ask()
        trace.assert_sequence(..., "get_weather", ..., "get_weather", ...)
        trace.assert_span_tree()
        trace.assert_events()
        trace.assert_usage()
        with pytest_traces.record() as other:
            ask()
        assert str(other) and trace.timeline()

    def test_an_empty_trace(trace):
        with pytest.raises(pytest_traces.EmptyTrace):
            trace.one("search")

    def test_what_is_loaded():
        assert loaded() == []

    @pytest.fixture(scope="session", autouse=True)
    def to_the_end():
        yield
        assert loaded() == []
    """)
    reports = ("--trace-report", "--trace-html=page.html", "--trace-save=run.json", "--trace-keep=all")
    ran = project.run("--snapshot-update", *reports)
    assert ran.outcomes == "3 passed", ran.output


def test_pytests_own_trace_option_is_untouched(project: Project) -> None:
    told = project.run("--help").output
    assert "--trace               Immediately break when running each test" in told
    assert "--trace-report" in told

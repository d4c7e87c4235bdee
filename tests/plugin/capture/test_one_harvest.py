"""What a test recorded becomes a tree once, and is let go when the test is over."""

import pytest

from tests.project import Project

COUNTING = """
from pytest_traces.runtime.harvest import tree

counted = []
harvest = tree.harvest
tree.harvest = lambda recorder: counted.append(recorder) or harvest(recorder)


def pytest_terminal_summary(terminalreporter):
    terminalreporter.write_line(f"harvests: {len(counted)}")
"""


@pytest.mark.parametrize("options", [(), ("--trace-report",), ("--junitxml=report.xml",)])
def test_a_marked_test_is_harvested_once(project: Project, options: tuple[str, ...]) -> None:
    project.write("conftest.py", COUNTING)
    project.tests("""
    @pytest.mark.trace(total_tokens=100, no_errors=True, never=["pay"])
    def test_a(trace):
        ask()
        assert trace.tools.names == ["get_weather"]
        trace.assert_once("weather")
        assert trace.usage.total_tokens == 72
    """)
    result = project.run(*options)
    assert (result.outcomes, "harvests: 1\n" in result.output) == ("1 passed", True)


COUNTING_FIGURES = """
def pytest_configure(config):
    from pytest_traces.plugin.item import figures

    counted = config.counted = []
    summarise = figures.summarise
    figures.summarise = lambda *args, **options: counted.append(1) or summarise(*args, **options)


def pytest_terminal_summary(terminalreporter):
    terminalreporter.write_line(f"counted: {len(terminalreporter.config.counted)}")
"""


@pytest.mark.parametrize(("late", "counted"), [("pass", 1), ("ask()", 2)])
def test_figures_are_counted_once_unless_the_teardown_records_more(project: Project, late: str, counted: int) -> None:
    project.write("conftest.py", COUNTING_FIGURES)
    project.tests(f"""
    @pytest.fixture
    def desk(trace):
        yield
        {late}

    def test_a(trace, desk):
        ask()
    """)
    result = project.run("--junitxml=report.xml", "--trace-report")
    assert (result.outcomes, f"counted: {counted}\n" in result.output) == ("1 passed", True)
    assert result.section("trace report").startswith(f" 1 test · {3 * counted} spans ")


def test_a_test_that_records_more_is_harvested_again(project: Project) -> None:
    project.write("conftest.py", COUNTING)
    project.tests("""
    def test_a(trace):
        for city in ("Paris", "Oslo", "Rome"):
            ask(city)
            assert trace.tools[-1].input == {"city": city}
            assert trace.tools[-1] is trace.spans.last("get_weather")
    """)
    assert "harvests: 3\n" in project.run().output


def test_the_recording_of_a_finished_test_is_freed(project: Project) -> None:
    project.tests("""
    import gc

    def recorders():
        from pytest_traces.runtime.recording.recorder import Recorder

        gc.collect()
        return sum(type(one) is Recorder for one in gc.get_objects())

    @pytest.mark.parametrize("turn", range(20))
    def test_a(trace, turn):
        ask()
        assert recorders() == 1

    def test_failed(trace):
        ask()
        assert recorders() == 0

    def test_after_a_failed_one(trace):
        assert recorders() == 1
    """)
    result = project.run()
    assert result.outcomes == "1 failed, 21 passed"

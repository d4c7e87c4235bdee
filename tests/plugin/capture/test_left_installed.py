"""A provider or a collector that a test leaves behind ends with it, whether or not the test is recorded."""

import pytest

from tests.project import Project

PROVIDERS = """
from pytest_traces.runtime import InMemoryTracingProvider, install, span
from pytest_traces.runtime.recording.context import OUTSIDE


class Kept(InMemoryTracingProvider):
    closed = 0

    def close(self):
        self.closed += 1
        super().close()


left, wide = Kept(), Kept()


def runs(provider):
    with span(span_type="tool", name="work"):
        pass
    return len(provider.runs)


@pytest.fixture(scope="module")
def installed():
    install(wide)  # closed with the fixture, not with the first test that needs it


def test_leaves({asks}installed):
    install(left)
    assert runs(left) == 1


def test_next(installed):
    assert (left.closed, wide.closed) == (1, 0)
    assert runs(wide) == 1
    assert len(left.runs) == 1


def test_closes_by_itself(installed):
    with install(left):
        pass
    install(left).close()
    assert left.closed == 3


def test_recorded(trace, installed):
    assert runs(left) == 1
    assert trace.spans.names == ["work"]


def test_without():
    assert (left.closed, wide.closed, len(wide.runs)) == (3, 0, 1)
"""


@pytest.mark.parametrize("asks", ["", "trace, "], ids=["not recorded", "recorded"])
def test_a_provider_that_a_test_installs_is_closed_with_it(project: Project, asks: str) -> None:
    project.tests(PROVIDERS.format(asks=asks))
    project.tests(
        "from pytest_traces.runtime.recording.context import OUTSIDE\nfrom test_it import left, wide\n\n"
        "def test_of_the_next_module():\n    assert (left.closed, wide.closed, OUTSIDE.new_run) == (3, 1, None)\n",
        name="test_next.py",
    )
    ran = project.run("test_it.py", "test_next.py")
    assert ran.outcomes == "6 passed", ran.output


@pytest.mark.parametrize("asks", ["", "trace"], ids=["not recorded", "recorded"])
def test_a_collector_that_a_test_defines_is_forgotten_with_it(project: Project, asks: str) -> None:
    project.tests(f"""
    from pytest_traces.runtime import EventCollector, register_collector
    from pytest_traces.runtime.streams.registry import collector_for

    def test_leaves({asks}):
        class Own(EventCollector):
            @classmethod
            def can_handle(cls, event):
                return event == "own"

        register_collector(Own)
        assert collector_for("own") is Own

    def test_next():
        assert collector_for("own").__name__ != "Own"
    """)
    assert project.run().outcomes == "2 passed"

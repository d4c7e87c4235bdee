"""What two plugins of this field cannot do together: ours takes no name, no mode and no place that others use."""

import re
from importlib.metadata import distribution

from tests.project import Project

CROWDED = """
import pytest

def pytest_addoption(parser):
    for name in ("--record-mode", "--cassette-mode", "--snapshot-update"):
        parser.addoption(name)

@pytest.fixture
def cassette():
    return "theirs"
"""


def test_names_that_others_take_are_free(project: Project) -> None:
    project.write("crowded.py", CROWDED)
    project.tests("""
    def test_a(trace, cassette):
        ask()
        assert cassette == "theirs"
        assert trace.tools.count == 1
    """)
    ran = project.run("--record-mode=none", "--cassette-mode=x", plugins=("pytest_traces.plugin", "crowded"))
    assert ran.outcomes == "1 passed"


def test_we_define_two_fixtures_and_none_is_autouse(project: Project) -> None:
    project.tests("""
    def test_a(request):
        assert request.fixturenames == ["request"]
    """)
    alone = ("pytest_traces.plugin",)
    assert project.run("-p", "no:syrupy", plugins=alone).outcomes == "1 passed"
    told = project.run("--fixtures", "-p", "no:syrupy", plugins=alone).output
    assert re.findall(r"^(\w+) -- .*pytest_traces", told, re.M) == ["trace", "traces"]


def test_we_bring_one_package_of_our_own_name() -> None:
    plugins = [entry.value for entry in distribution("pytest-traces").entry_points if entry.group == "pytest11"]
    assert plugins == ["pytest_traces.plugin"]


def test_an_async_test_that_no_plugin_runs_stays_red(project: Project) -> None:
    project.tests("""
    async def test_a(trace):
        ask()
    """)
    assert project.run().outcomes == "1 failed"


def test_no_warning_and_no_file_is_left(project: Project) -> None:
    project.tests("def test_a(trace):\n    ask(fails=1)\n    assert trace.retries\n")
    before = sorted(path.name for path in project.path.iterdir())
    assert project.run("-Werror", "-p", "no:cacheprovider", "--trace-report").outcomes == "1 passed"
    left = sorted(path.name for path in project.path.iterdir() if path.name != "__pycache__")
    assert left == before

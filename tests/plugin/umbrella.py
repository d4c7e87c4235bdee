"""Suites in which many tests look at one run: the texts of their fixtures."""

from textwrap import dedent

from tests.project import Project

UMBRELLA = """
import pytest_traces

@pytest.fixture(scope="module")
def umbrella():
    with pytest_traces.record() as trace:
        ask()
    with open("runs.txt", "a") as runs:
        runs.write("x")
    return trace
"""
OSLO = """
import pytest_traces

@pytest.fixture(scope="module")
def oslo():
    with pytest_traces.record() as trace:
        ask("Oslo")
    return trace
"""


def around(project: Project, tests: str, umbrella: str = UMBRELLA) -> None:
    """Write tests that look at one run."""
    project.tests(umbrella + dedent(tests))

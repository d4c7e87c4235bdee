"""A framework that ran but whose hook is gone never gives a green test."""

import pytest

FRAMEWORK = """
import timbal.core.runnable

del timbal.core.runnable.Runnable._stream
from timbal import Tool
"""


@pytest.mark.parametrize("where", ["conftest.py", "test"], ids=["imported before", "imported in the test"])
def test_a_test_that_asks_for_its_trace_is_red(project, where):
    body = "    pass\n" if where == "conftest.py" else "    import broken\n"
    project.write("broken.py", FRAMEWORK)
    project.write("conftest.py", "import broken" if where == "conftest.py" else "")
    project.tests(f"def test_it(trace):\n{body}")
    done = project.run()
    assert done.code == 1
    headline = "TracesError: timbal is imported but can't be captured: AttributeError: "
    assert headline in done.output
    assert "hint: use a supported version of it, or update pytest-traces" in done.output


def test_a_test_that_asks_for_none_goes_on(project):
    project.write("broken.py", FRAMEWORK)
    project.tests("def test_it():\n    import broken\n")
    assert project.run().outcomes == "1 passed"

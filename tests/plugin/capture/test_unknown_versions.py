"""A framework in a version that no adapter knows: only the test that runs it, or finds an empty trace, tells of it."""

from pytest_traces.adapters.registry import ADAPTERS
from tests.project import Project

TESTS = """
from importlib import import_module

from pytest_traces.runtime import span

MODULES = {modules!r}


@pytest.fixture(scope="session", autouse=True)
def imported():
    assert [import_module(name).__file__.endswith("__init__.py") for name in MODULES] == [True] * len(MODULES)


def test_asks_for_no_trace():
    pass


@pytest.mark.parametrize("time", [1, 2])
def test_uses_another_one(trace, time):
    with span(span_type="tool", name="add"):
        pass
    trace.assert_once("add")
    trace.assert_sequence("add")
    trace.assert_span_tree()


def test_records_nothing(trace):
    trace.assert_never("add")
"""


def test_imports_alone_break_no_test(project: Project) -> None:
    modules = [module for adapter in ADAPTERS for module in adapter.hooks]
    for module in modules:
        _empty(project, module)
    project.tests(TESTS.format(modules=modules))
    ran = project.run("--snapshot-update")
    assert ran.outcomes == "1 failed, 3 passed"
    assert "test_records_nothing" in ran.output.splitlines()[-2]
    told = [f"{adapter.name} is imported but can't be captured: " for adapter in ADAPTERS]
    assert [one for one in told if one not in ran.output] == []


def _empty(project: Project, module: str) -> None:
    """Write a package that has the name of a module of the framework, and nothing else of it."""
    parts = module.split(".")
    for end in range(1, len(parts) + 1):
        project.write("/".join([*parts[:end], "__init__.py"]), "")

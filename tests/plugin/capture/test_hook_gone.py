"""A framework that ran but whose hook is gone never gives a green test."""

import pytest

from pytest_traces.adapters.registry import ADAPTERS

FRAMEWORK = """
from timbal.core.llm import router

del router._retry_on_error
from timbal import Tool
"""


@pytest.mark.parametrize("where", ["conftest.py", "test"], ids=["imported before", "imported in the test"])
def test_a_test_that_asks_for_its_trace_is_red(project, where):
    body = "" if where == "conftest.py" else "    import broken\n"
    body += "    import timbal\n    timbal.Tool(name='add', handler=lambda: 1)()\n"
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


def test_a_test_whose_program_does_not_use_it_goes_on(project):
    project.write("broken.py", FRAMEWORK)
    project.write("conftest.py", "import broken")
    project.tests("""
    from pytest_traces.runtime import span

    def test_it(trace):
        with span(span_type="tool", name="add"):
            pass
        trace.assert_once("add")
    """)
    assert project.run().outcomes == "1 passed"


def test_an_empty_trace_tells_of_it(project):
    project.write("broken.py", FRAMEWORK)
    project.write("conftest.py", "import broken")
    project.tests("def test_it(trace):\n    trace.assert_never('delete_*')\n")
    told = project.run().output
    assert "not listening to timbal 2.8.0 (verified 2.7 to 2.8)\n" in told
    assert "timbal is imported but can't be captured: AttributeError: " in told


IMPORTS = """
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


def test_imports_alone_break_no_test(project):
    modules = [module for adapter in ADAPTERS for module in adapter.hooks]
    for module in modules:
        _empty(project, module)
    project.tests(IMPORTS.format(modules=modules))
    ran = project.run("--snapshot-update")
    assert ran.outcomes == "1 failed, 3 passed"
    assert "test_records_nothing" in ran.output.splitlines()[-2]
    told = [f"{adapter.name} is imported but can't be captured: " for adapter in ADAPTERS]
    assert [one for one in told if one not in ran.output] == []


def _empty(project, module):
    """Write a package that has the name of a module of the framework, and nothing else of it."""
    parts = module.split(".")
    for end in range(1, len(parts) + 1):
        project.write("/".join([*parts[:end], "__init__.py"]), "")


ENTRANCES = """
from contextlib import suppress
from importlib import import_module

from pytest_traces.adapters.activation import Activation, resolve
from pytest_traces.adapters.registry import ADAPTERS

for adapter in ADAPTERS:
    for module in adapter.hooks:
        with suppress(ModuleNotFoundError):  # the package of another framework, which is not installed
            import_module(module)
    try:
        entrances = [resolve(one) for one in adapter.entrances]
    except ModuleNotFoundError:
        continue
    activation = Activation([adapter._replace(hooks=dict.fromkeys(adapter.hooks, "builtins:gone"))])
    activation.arm()
    watched = [resolve(one) for one in adapter.entrances]
    activation.disarm()
    for name, before, now in zip(adapter.entrances, entrances, watched):
        if now == before or resolve(name) != before:
            print(f"{adapter.name}: {name} is not watched")
    print(adapter.name)
"""


def test_the_entrances_of_every_framework_are_watched_if_a_hook_is_gone(project):
    (project.path / "app.py").unlink()  # TraceLLM imports a package of this name
    told = project.python(str(project.write("script.py", ENTRANCES))).output.splitlines()
    assert [line for line in told if "not watched" in line] == []
    assert {"anthropic", "langchain", "openai", "opentelemetry", "timbal", "tracellm", "tracium"} <= set(told)

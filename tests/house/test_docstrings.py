"""The examples in docstrings run, on the trace that all of them speak of."""

import doctest
import importlib
import pkgutil

import pytest

import pytest_traces
from tests.builders import a_trace, agent, at_once, llm, tool

MODULES = [
    found.name
    for found in pkgutil.walk_packages(pytest_traces.__path__, "pytest_traces.")
    if not found.name.startswith("pytest_traces.adapters.")
]


def weather():
    """Return the trace of an agent that looks up the weather, and has to ask twice."""
    return a_trace(
        agent(
            "weather",
            llm("gpt-4o-mini", tokens=(60, 12)),
            tool("geocode", input={"city": "Paris"}, output={"lat": 48.85, "lon": 2.35}),
            tool("get_weather", input={"city": "Paris"}, output={"temp": 21}),
            llm("gpt-4o-mini", tokens=(40, 8)),
        )
    )


def retried():
    """Return the same trace with a first attempt that failed."""
    return a_trace(
        agent(
            "weather",
            at_once(tool("geocode"), tool("get_time")),
            tool("get_weather", error="TimeoutError: upstream timed out"),
            tool("get_weather"),
        )
    )


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_a_module_run(name):
    module = importlib.import_module(name)
    finder = doctest.DocTestFinder(exclude_empty=True)
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
    for example in finder.find(module, name):
        trace = retried() if "retries" in example.docstring else weather()
        example.globs.update(vars(module) | {"trace": trace})
        runner.run(example)
    assert runner.failures == 0, runner.summarize()

"""A test that imported a framework and recorded nothing is told what the framework would have had to do."""

import re
from importlib.util import find_spec

import pytest

from pytest_traces.adapters.registry import ADAPTERS, Adapter

IMPORTS = """
import agents
import anthropic
import mcp
import openai
import opentelemetry.trace
import pydantic_ai
import tracellm
import tracium
import trio
from langgraph.graph import StateGraph
from timbal import Agent
"""


def is_installed(adapter: Adapter) -> bool:
    return any(find_spec(module.partition(".")[0]) is not None for module in adapter.hooks)


RECORDS = {one.distribution: one.records for one in ADAPTERS if one.records is not None and is_installed(one)}


def told(output: str, how: str) -> dict[str, str]:
    """Return what a message says of each framework: the lines that begin in one way."""
    return dict(re.findall(rf"^E +{how} (\S+) \S+ \((?:not )?verified[^)]*\)(.*)", output, re.M))


def test_an_empty_trace_tells_of_each_framework_that_was_imported(project):
    project.tests(f"{IMPORTS}\ndef test_it(trace):\n    trace.one('search')\n")
    assert told(project.run().output, "listening to") == {name: f": {what}" for name, what in RECORDS.items()}


END = " " * 7  # as pytest ends a line
LAZY = "that makes spans was imported: calls of agents, workflows and tools"
NOT_YET = f"""\
E       pytest_traces.EmptyTrace: nothing was recorded
E{END}
E       no part of timbal 2.8.0 (verified 2.7 to 2.8) {LAZY}
E       hint: run the program inside the test
"""


def test_a_package_that_loads_its_parts_later_is_told_too(project):
    project.tests("import timbal\n\ndef test_it(trace):\n    trace.one('search')\n")
    assert NOT_YET in project.run(columns=140).output


@pytest.mark.parametrize("module", ["langchain", "langchain_core", "langgraph", "opentelemetry"])
def test_an_empty_trace_tells_of_each_package_that_loads_its_parts_later(project, module):
    project.tests(f"import {module}\n\ndef test_it(trace):\n    trace.one('search')\n")
    name = "opentelemetry-api" if module == "opentelemetry" else "langchain-core"
    what = {name: f" that makes spans was imported: {RECORDS[name]}"}
    assert told(project.run().output, "no part of") == what


PROGRAMS = """
import asyncio

import tracellm
import tracium
from agents import Agent as Desk, Runner
from agents.testing import ScriptedModel, assistant_message
from anthropic import Anthropic
from langchain_core.runnables import RunnableLambda
from openai import OpenAI
from opentelemetry import trace as api
from pydantic_ai import Agent as Guide
from pydantic_ai.models.test import TestModel
from timbal import Tool

from tests.adapters.doubles.wire import ASK, client
from tests.adapters.with_anthropic.replies import message
from tests.adapters.with_mcp.servers import session_with, weather_server
from tests.adapters.with_openai.replies import chat


@tracellm.trace(prompt="by tracellm")
def told():
    return 1


def by_tracium():
    with tracium.init(auto_instrument_llm_clients=False).agent_trace(agent_name="by tracium"):
        pass


async def by_mcp():
    async with session_with(weather_server()) as session:
        await session.call_tool("geocode", {"city": "Paris"})


def run():
    client(OpenAI, chat()).chat.completions.create(model="by openai", messages=ASK)
    client(Anthropic, message()).messages.create(model="by anthropic", max_tokens=9, messages=ASK)
    RunnableLambda(lambda city: city).with_config(run_name="by langchain").invoke("Paris")
    Runner.run_sync(Desk(name="by agents", model=ScriptedModel([[assistant_message("Rain.")]])), "Weather?")
    with api.get_tracer("shop").start_as_current_span("by opentelemetry"):
        pass
    Guide(TestModel(), name="by pydantic_ai").run_sync("Weather?")
    asyncio.run(Tool(name="by_timbal", handler=lambda: 1)().collect())
    told()
    asyncio.run(by_mcp())
    by_tracium()
"""


SEEN = {"anthropic", "langchain", "mcp", "openai", "by_timbal"}
SEEN |= {"by agents", "by opentelemetry", "by pydantic_ai", "by tracellm", "by tracium"}


def test_spans_that_each_framework_ran_outside_the_test_are_named(project):
    project.write("programs.py", PROGRAMS)
    project.tests("import programs\n\nprograms.run()\n\ndef test_it(trace):\n    trace.one('search')\n")
    output = project.run(columns=400).output
    seen = re.search(r"^E +seen outside tests: (.*)", output, re.M)
    assert seen is not None, output
    assert set(seen[1].split(", ")) >= SEEN


BROKEN = """
import importlib

from tests.plugin.capture.test_empty_message import GONE

for name in GONE:
    module, _, attributes = name.partition(":")
    owner = importlib.import_module(module)
    *path, last = attributes.split(".")
    for attribute in path:
        owner = getattr(owner, attribute)
    delattr(owner, last)
"""
GONE = {
    "anthropic._base_client:SyncAPIClient._sleep_for_retry": "anthropic",
    "langchain_core.runnables.config:_set_config_context": "langchain",
    "mcp.client.session:ClientSession.call_tool": "mcp",
    "openai._base_client:AsyncAPIClient._process_response": "openai",
    "agents.result:RunResultStreaming.stream_events": "openai_agents",
    "opentelemetry.trace:ProxyTracer._tracer": "opentelemetry",
    "pydantic_ai.agent:Agent.iter": "pydantic_ai",
    "timbal.core.llm.router:_retry_on_error": "timbal",
    "tracellm.integrations.tool_tracer:_try_append_step": "tracellm",
    "tracium:init": "tracium",
}
"""What a version may remove, and the adapter that misses it."""


def test_an_empty_trace_tells_of_each_framework_whose_hook_is_gone(project):
    project.write("breaking.py", BROKEN)
    project.write("test_it.py", "from timbal import Tool\n\ndef test_it(trace):\n    trace.one('search')\n")
    (project.path / "app.py").unlink()  # TraceLLM imports a package of this name
    output = project.run(plugins=("breaking", "syrupy", "pytest_traces.plugin"), columns=400).output
    assert told(output, "not listening to").keys() == RECORDS.keys()
    troubles = dict(re.findall(r"^E +(\w+) is imported but can't be captured: (.*)", output, re.M))
    for name, adapter in GONE.items():
        assert troubles[adapter].startswith("AttributeError: ")
        assert re.split("[.:]", name)[-1] in troubles[adapter]

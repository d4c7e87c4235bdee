"""A test that imported a framework and recorded nothing is told what the framework would have had to do."""

import re

IMPORTS = """
import agents
import anthropic
import openai
import opentelemetry.trace
import pydantic_ai
import trio
from langgraph.graph import StateGraph
from timbal import Agent
"""


def test_an_empty_trace_tells_of_each_framework_that_was_imported(project):
    project.tests(f"{IMPORTS}\ndef test_it(trace):\n    trace.one('search')\n")
    told = re.findall(r"^E +listening to (\S+) \S+ \((?:not )?verified.*?\): (.*)", project.run().output, re.M)
    assert dict(told) == {
        "anthropic": "requests of its clients; a mock in place of a client sends none",
        "langchain-core": "invoke, stream and batch of runnables, graphs, models, tools and retrievers",
        "mcp": "calls of tools by sessions of clients; a server's own work makes none",
        "openai": "requests of its clients; a mock in place of a client sends none",
        "openai-agents": "runs of Runner, and calls of models",
        "opentelemetry-api": "spans of tracers, with any provider or none; a NoOpTracerProvider makes none",
        "pydantic-ai-slim": "runs of agents, calls of models, embeddings",
        "timbal": "calls of agents, workflows and tools",
    }

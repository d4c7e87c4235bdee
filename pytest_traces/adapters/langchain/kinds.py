"""Tells agents, graphs, nodes, tasks and chains from steps of the framework itself."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pytest_traces.adapters.toolkit.span import OpenSpan
from pytest_traces.runtime.recording.ancestry import upwards

UNNAMED = "LangGraph"
"""What LangGraph calls a graph that the program did not name."""
_OWN_STEP = re.compile(rf"Runnable[A-Z]|Channel[A-Z]|{UNNAMED}$|__|\w*(Prompt|Template|Parser)\b")
"""Names that LangChain gives to sequences, prompts, parsers and graphs."""
_PUSHED, _STARTED = ("__pregel_push",), ("__start__",)


@dataclass(frozen=True)
class Kind:
    """What a run is drawn as."""

    name: str
    type: str
    is_machinery: bool = False
    is_node: bool = False
    """A node of a graph, an `@entrypoint` or a `@task`: what LangGraph runs in a superstep."""


def kind_of_chain(about: Mapping[str, Any], above: OpenSpan) -> Kind:
    """Tell what a run is by its name, by what LangGraph says of it, and by the run above it.

    A node or a task that the program wrote is an `action`; the nodes inside a prebuilt agent are machinery.
    """
    metadata, tags = about.get("metadata") or {}, about.get("tags") or ()
    name = about.get("name") or "chain"
    if _is_begun_by_a_graph(metadata):
        return _kind_of_step(name, metadata, tags, above)
    if _is_agent(name, metadata, above):
        return Kind(name, "agent")
    if not above:
        return Kind(name, "workflow")
    return Kind(name, "chain", is_machinery=_OWN_STEP.match(name) is not None)


def make_visible_graph(graph: OpenSpan, node: Kind) -> None:
    """Draw the run that runs a node as a workflow: only its nodes tell a graph from a chain.

    An entrypoint is a workflow itself, in a graph that LangGraph makes around it.
    """
    record = graph.record
    if record is None or record.type not in ("chain", "workflow"):
        return
    record.machinery = node.type == "workflow" and record.name == UNNAMED
    record.type = "workflow"


def _is_begun_by_a_graph(metadata: Mapping[str, Any]) -> bool:
    """Tell the steps of a superstep from runs that their code begins: these stand in the namespace of the step."""
    return "langgraph_node" in metadata and metadata.get("checkpoint_ns") != metadata.get("langgraph_checkpoint_ns")


def _kind_of_step(name: str, metadata: Mapping[str, Any], tags: Any, above: OpenSpan) -> Kind:
    triggers = metadata.get("langgraph_triggers")
    is_traced = triggers == _PUSHED or any(tag.startswith("graph:step:") for tag in tags)
    if name != metadata["langgraph_node"] or not is_traced:  # it writes to a channel, or chooses the next node
        return Kind(name, "chain", is_machinery=True)
    if triggers == _STARTED:
        return Kind(name, "workflow", is_node=True)
    is_of_agent = above.record is not None and above.record.type == "agent"
    return Kind(name, "action", is_machinery=is_of_agent, is_node=True)


def _is_agent(name: str, metadata: Mapping[str, Any], above: OpenSpan) -> bool:
    """Tell the graph of `create_agent`; everything that runs inside it inherits its metadata."""
    if name == metadata.get("lc_agent_name"):
        return True
    is_made_by_it = name == UNNAMED and metadata.get("ls_integration") == "langchain_create_agent"
    return is_made_by_it and not any(one.type == "agent" for one in upwards(above.record))

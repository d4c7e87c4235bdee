"""Separates agents, graphs, nodes, tasks and chains from steps of the framework itself."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pytest_traces.adapters.toolkit.span import OpenSpan
from pytest_traces.runtime.recording.ancestry import upwards

UNNAMED = "LangGraph"
"""LangGraph's name for a graph without a name."""
_OWN_STEP = re.compile(rf"Runnable[A-Z]|Channel[A-Z]|{UNNAMED}$|__|\w*(Prompt|Template|Parser)\b")
"""Names that LangChain gives to sequences, prompts, parsers and graphs."""
_STEPS_OF_HISTORY = frozenset({"load_history", "insert_history", "check_sync_or_async"})
"""Names that `RunnableWithMessageHistory` gives to steps of its own."""
_PUSHED, _STARTED = ("__pregel_push",), ("__start__",)


@dataclass(frozen=True)
class Kind:
    """The type and the name of a run in the tree."""

    name: str
    type: str
    is_machinery: bool = False
    is_node: bool = False
    """Whether LangGraph runs it in a superstep: a node of a graph, an `@entrypoint` or a `@task`."""


def kind_of_chain(about: Mapping[str, Any], above: OpenSpan) -> Kind:
    """Return the kind of a run, by its name, by LangGraph's metadata, and by the run above it.

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
    return Kind(name, "chain", is_machinery=_OWN_STEP.match(name) is not None or _is_of_history(name, above))


def make_visible_graph(graph: OpenSpan, node: Kind) -> None:
    """Draw the run around a node as a workflow: a graph is known only by its nodes.

    An entrypoint is a workflow itself, inside a graph that LangGraph makes.
    """
    record = graph.record
    if record is None or record.type not in ("chain", "workflow"):
        return
    record.machinery = node.type == "workflow" and record.name == UNNAMED
    record.type = "workflow"


def _is_begun_by_a_graph(metadata: Mapping[str, Any]) -> bool:
    """Return whether a run is a step of a superstep; runs inside its code have the namespace of the step."""
    return "langgraph_node" in metadata and metadata.get("checkpoint_ns") != metadata.get("langgraph_checkpoint_ns")


def _kind_of_step(name: str, metadata: Mapping[str, Any], tags: Any, above: OpenSpan) -> Kind:
    triggers = metadata.get("langgraph_triggers")
    is_traced = triggers == _PUSHED or any(tag.startswith("graph:step:") for tag in tags)
    if name != metadata["langgraph_node"] or not is_traced:  # the run writes to a channel, or chooses the next node
        return Kind(name, "chain", is_machinery=True)
    if triggers == _STARTED:
        return Kind(name, "workflow", is_node=True)
    is_of_agent = above.record is not None and above.record.type == "agent"
    return Kind(name, "action", is_machinery=is_of_agent, is_node=True)


def _is_agent(name: str, metadata: Mapping[str, Any], above: OpenSpan) -> bool:
    """Return whether a run is the graph of `create_agent`; runs inside it inherit its metadata."""
    if name == metadata.get("lc_agent_name"):
        return True
    is_made_by_it = name == UNNAMED and metadata.get("ls_integration") == "langchain_create_agent"
    return is_made_by_it and not any(one.type == "agent" for one in upwards(above.record))


def _is_of_history(name: str, above: OpenSpan) -> bool:
    return name in _STEPS_OF_HISTORY and any(one.name == "RunnableWithMessageHistory" for one in upwards(above.record))

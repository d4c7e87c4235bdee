"""Tells agents, graphs, nodes and chains from steps of the framework itself."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pytest_traces.adapters.toolkit.span import OpenSpan

_OWN_STEP = re.compile(r"Runnable[A-Z]|Channel[A-Z]|LangGraph$|__|_?(write|route|branch)|\w*(Prompt|Template|Parser)\b")
"""Names that LangChain gives to sequences, prompts, parsers and channel writes."""


@dataclass(frozen=True)
class Kind:
    """What a run is drawn as."""

    name: str
    type: str
    is_machinery: bool = False
    is_node: bool = False


def kind_of_chain(about: Mapping[str, Any], *, is_root: bool) -> Kind:
    """Tell what a run is by its name and by what LangGraph says of it.

    A node that the program wrote is an `action`; the nodes inside a prebuilt agent are machinery.
    """
    metadata, tags = about.get("metadata") or {}, about.get("tags") or ()
    name = about.get("name") or "chain"
    node, agent = metadata.get("langgraph_node"), metadata.get("lc_agent_name")
    if name == node and any(tag.startswith("graph:step:") for tag in tags):
        return Kind(name, "action", is_machinery=agent is not None, is_node=True)
    if name == agent:
        return Kind(name, "agent")
    if is_root:
        return Kind(name, "workflow")
    in_a_node = node is not None and any(tag.startswith("seq:step") for tag in tags)
    return Kind(name, "chain", is_machinery=in_a_node or _OWN_STEP.match(name) is not None)


def make_visible_graph(graph: OpenSpan) -> None:
    """Draw the run that runs a node as a workflow: only its nodes tell a graph from a chain."""
    if graph.record is not None and graph.record.type == "chain":
        graph.record.type, graph.record.machinery = "workflow", False

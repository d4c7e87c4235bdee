"""The hooks of pydantic-ai."""

from __future__ import annotations

from functools import partial

from pydantic_ai._agent_graph import GraphAgentState
from pydantic_ai.agent import Agent
from pydantic_ai.embeddings.base import EmbeddingModel
from pydantic_ai.models import Model
from pydantic_ai.tool_manager import ToolManager

from pytest_traces.adapters.pydantic_ai import acting, models, runs, tools
from pytest_traces.adapters.toolkit.patches import Patches
from pytest_traces.adapters.toolkit.source import Source
from pytest_traces.adapters.toolkit.subclasses import watch_subclasses
from pytest_traces.runtime.exchanges.iterations import runs_programs


def watch(made: Patches, source: Source) -> None:
    """Record agents, and the calls of models with or without an agent."""
    made.wrap(Agent, "iter", partial(runs.watch_iter, source))
    made.wrap(GraphAgentState, "consume_output_retry", partial(runs.watch_output_retry, source))
    made.wrap(ToolManager, "execute_tool_call", partial(tools.watch_tool, source))
    made.wrap(ToolManager, "_raw_execute", partial(acting.watch_raw_execute, source))
    made.wrap(ToolManager, "execute_output_tool_call", partial(tools.watch_output_function, source))
    made.wrap(ToolManager, "validate_output_tool_call", partial(tools.watch_output_check, source))
    asked = {"request": partial(models.watch_request, source), "request_stream": partial(models.watch_stream, source)}
    watch_subclasses(made, Model, asked, unless=_only_passes_on)
    watch_subclasses(made, EmbeddingModel, {"embed": partial(models.watch_embed, source)}, unless=_only_passes_on)
    for package in ("pydantic_ai", "pydantic_graph"):  # these packages wait for models and tools in races
        made.undone_by(runs_programs(package))


def _only_passes_on(kind: type) -> bool:
    """Return whether a model class only calls other models: the calls of those are recorded."""
    names = {one.__name__ for one in kind.__mro__ if one.__module__.startswith("pydantic_ai.")}
    return not names.isdisjoint({"WrapperModel", "FallbackModel", "WrapperEmbeddingModel"})

"""The hooks of pydantic-ai."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from pydantic_ai._agent_graph import GraphAgentState
from pydantic_ai.agent import Agent
from pydantic_ai.embeddings.base import EmbeddingModel
from pydantic_ai.models import Model
from pydantic_ai.tool_manager import ToolManager

from pytest_traces.adapters.pydantic_ai import acting, models, runs, tools
from pytest_traces.adapters.toolkit.patches import Patches
from pytest_traces.adapters.toolkit.source import Source
from pytest_traces.runtime.exchanges.iterations import runs_programs

Watch = Callable[[Source, Callable[..., Any]], Callable[..., Any]]


def watch(made: Patches, source: Source) -> None:
    """Record agents, and the calls of models with or without an agent."""
    made.wrap(Agent, "iter", partial(runs.watch_iter, source))
    made.wrap(GraphAgentState, "consume_output_retry", partial(runs.watch_output_retry, source))
    made.wrap(ToolManager, "execute_tool_call", partial(tools.watch_tool, source))
    made.wrap(ToolManager, "_raw_execute", partial(acting.watch_raw_execute, source))
    made.wrap(ToolManager, "execute_output_tool_call", partial(tools.watch_output_function, source))
    made.wrap(ToolManager, "validate_output_tool_call", partial(tools.watch_output_check, source))
    _watch_subclasses(made, source, Model, {"request": models.watch_request, "request_stream": models.watch_stream})
    _watch_subclasses(made, source, EmbeddingModel, {"embed": models.watch_embed})
    for package in ("pydantic_ai", "pydantic_graph"):  # these packages wait for models and tools in races
        made.undone_by(runs_programs(package))


def _watch_subclasses(made: Patches, source: Source, base: type, methods: dict[str, Watch]) -> None:
    """Watch methods of every model class, including classes that are defined later."""

    def watch_class(kind: type) -> None:
        for name, watched in methods.items():
            if name in vars(kind) and not _only_passes_on(kind):
                made.wrap(kind, name, partial(watched, source))

    made_subclass = vars(base).get("__init_subclass__")

    def __init_subclass__(cls: type, /, **options: Any) -> None:  # noqa: N807
        if made_subclass is None:
            super(base, cls).__init_subclass__(**options)  # type: ignore[arg-type]
        else:
            made_subclass.__get__(None, cls)(**options)
        watch_class(cls)

    for kind in _below(base):
        watch_class(kind)
    made.swap(base, "__init_subclass__", classmethod(__init_subclass__))


def _below(base: type) -> list[type]:
    direct: list[type] = base.__subclasses__()
    return [one for kind in direct for one in (kind, *_below(kind))]


def _only_passes_on(kind: type) -> bool:
    """Return whether a model class only calls other models: the calls of those are recorded."""
    names = {one.__name__ for one in kind.__mro__ if one.__module__.startswith("pydantic_ai.")}
    return not names.isdisjoint({"WrapperModel", "FallbackModel", "WrapperEmbeddingModel"})

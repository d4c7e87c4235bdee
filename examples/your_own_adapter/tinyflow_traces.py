"""The adapter of tinyflow: its entry for the registry and its hook."""

from typing import Any

from tinyflow import Agent, Model

from pytest_traces.adapters.registry import Adapter
from pytest_traces.adapters.toolkit.patches import Patches
from pytest_traces.adapters.toolkit.source import Source
from pytest_traces.conventions.lookup import decoded
from pytest_traces.model.consumption.usage import Usage
from pytest_traces.runtime.effects import Calls, Effect, Says

ADAPTER = Adapter("tinyflow", distribution="tinyflow", verified="1.0..1.0", hooks={"tinyflow": "tinyflow_traces:watch"})
USED = Usage.from_flat({"tiny:input_tokens": 25, "tiny:output_tokens": 5, "tiny:requests": 1})  # by each call


def watch(made: Patches, source: Source) -> None:
    """Put a span around each run, each model call and each tool."""

    def run(args: Any, kwargs: Any) -> Any:
        return source.start(args[0].name, "agent", input=args[1])

    def ask(args: Any, kwargs: Any) -> Any:
        return source.start("model", "llm", input=args[1], own_usage=USED)

    def tool(args: Any, kwargs: Any) -> Any:
        return source.start(args[1], "tool", input=args[2])

    made.wrap(Agent, "run", lambda function: source.around(function, run))
    made.wrap(Model, "ask", lambda function: source.around(function, ask, native=said))
    made.wrap(Agent, "run_tool", lambda function: source.around(function, tool))


def said(effect: Effect, value: Any, args: Any, kwargs: Any) -> Any:
    """Return what the model yields if an act answers in its place."""
    if isinstance(effect, Calls):  # arguments as a text: this framework takes mappings
        return [{effect.name: decoded(effect.arguments)}]
    value = [effect.text] if isinstance(effect, Says) else value
    return value if isinstance(value, list) else NotImplemented

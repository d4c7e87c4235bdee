"""The adapter: what pytest-traces needs to hear tinyflow."""

from typing import Any

from tinyflow import Agent, Model

from pytest_traces.adapters.registry import Adapter
from pytest_traces.adapters.toolkit.patches import Patches
from pytest_traces.adapters.toolkit.source import Source
from pytest_traces.adapters.toolkit.span import OpenSpan
from pytest_traces.model.consumption.usage import ModelUsage, Usage
from pytest_traces.runtime.effects import Calls, Effect, Says

ADAPTER = Adapter(
    name="tinyflow",
    distribution="tinyflow",
    verified="1.0..1.0",
    hooks={"tinyflow": "tinyflow_traces:watch"},
)


def watch(made: Patches, source: Source) -> None:
    """Put a span around each run, each model call and each tool."""

    def run(args: Any, kwargs: Any) -> OpenSpan:
        agent, prompt = args
        return source.start(agent.name, "agent", input=prompt)

    def ask(args: Any, kwargs: Any) -> OpenSpan:
        return source.start("model", "llm", input=args[1], own_usage=USED)

    def tool(args: Any, kwargs: Any) -> OpenSpan:
        return source.start(args[1], "tool", input=args[2])

    made.wrap(Agent, "run", lambda function: source.around(function, run))
    made.wrap(Model, "ask", lambda function: source.around(function, ask, native=said))
    made.wrap(Agent, "run_tool", lambda function: source.around(function, tool))


def said(effect: Effect, value: Any, args: Any, kwargs: Any) -> Any:
    """Make what the model would have yielded, if a test acts in its place."""
    if isinstance(effect, Says):
        return [effect.text]
    return [{effect.name: effect.arguments}] if isinstance(effect, Calls) else value


USED = Usage(by_model={"tiny": ModelUsage(input_tokens=25, output_tokens=5, requests=1)})
"""What a call of this framework's model always consumes."""

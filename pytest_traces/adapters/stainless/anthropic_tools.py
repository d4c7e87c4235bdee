"""The functions that Anthropic's tool runner calls: their arguments, results and exceptions.

The SDK's own OpenTelemetry span of such a call has none of them; it is left out if the function is recorded.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

from pytest_traces.adapters.toolkit.patches import Patches
from pytest_traces.adapters.toolkit.source import Source
from pytest_traces.adapters.toolkit.span import OpenSpan


def watch(made: Patches, source: Source) -> None:
    """Record the calls of functions that `@beta_tool` and `@beta_async_tool` made tools."""

    def open(args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> OpenSpan:
        tool, given = args[0], kwargs["input"] if "input" in kwargs else args[1]
        span = source.start(tool.name, "tool")
        span.update(input=given)
        around = None if span.record is None else span.record.parent
        if around is not None and (around.type, around.name) == ("tool", tool.name):
            around.repeats |= {source.name}
        return span

    tools = sys.modules[f"{source.name}.lib.tools._beta_functions"]
    for kind in (tools.BetaFunctionTool, tools.BetaAsyncFunctionTool):
        made.wrap(kind, "call", lambda function: source.around(function, open))

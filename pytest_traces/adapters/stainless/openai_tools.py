"""The functions that OpenAI's runner of tools calls: their arguments, results and exceptions."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

from pytest_traces.adapters.toolkit.patches import Patches
from pytest_traces.adapters.toolkit.source import Source
from pytest_traces.adapters.toolkit.span import OpenSpan
from pytest_traces.runtime.effects import Effect, Returns

Arguments = tuple[Any, ...]
Named = Mapping[str, Any]


def watch(made: Patches, source: Source) -> None:
    """Record the calls of functions that are registered with a `ResponsesToolRunner`."""

    def open(args: Arguments, kwargs: Named) -> OpenSpan:
        _, run, asked = args
        span = source.start(asked.name, "tool", call_id=asked.call_id)
        span.update(input=run.arguments[asked.call_id])
        return span

    runner = sys.modules[f"{source.name}.lib.responses_tool_runner"]
    for kind in (runner.ResponsesToolRunner, runner.AsyncResponsesToolRunner):
        made.wrap(kind, "_execute_function", lambda function: source.around(function, open, _close, native=_answer))


def _close(span: OpenSpan, result: Any) -> None:
    span.end(output=result["output"])


def _answer(effect: Effect, value: Any, args: Arguments, kwargs: Named) -> Any:
    """Return the runner's message to the model in place of the function's result."""
    if not isinstance(effect, Returns):
        return NotImplemented
    return {"type": "function_call_output", "call_id": args[2].call_id, "output": value}

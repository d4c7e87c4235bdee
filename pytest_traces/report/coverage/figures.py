"""The coverage of one trace: offered and called tools, and the outcomes of its agents' model calls."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pytest_traces.analysis.health.problems import unknown_tools
from pytest_traces.analysis.health.retries import Attempts
from pytest_traces.analysis.model_calls import llm_calls
from pytest_traces.conventions.offered_tools import offered_tools
from pytest_traces.model.span import SpanData
from pytest_traces.model.tree import SpanTree
from pytest_traces.redaction.masking import redact

Figures = dict[str, Any]

_OUTCOMES = ("called", "ok", "failed", "timeout", "retried", "acted")


def tool_figures(tree: SpanTree, retries: tuple[Attempts, ...]) -> list[Figures]:
    """Return for each offered or called tool its counts, its outcomes, and the arguments of its calls."""
    tools: dict[str, Figures] = {}
    for span in tree.spans:
        if span.type == "llm":
            for name, arguments in offered_tools(span.input, span.attributes).items():
                tool = _tool(tools, name)
                tool["offered"] = True
                tool["arguments"] = sorted({*tool["arguments"], *map(redact, arguments)})
    absent = {span.call_id for span in unknown_tools(tree.spans)}
    for span in tree.spans:
        if span.type == "tool" and span.call_id not in absent:
            _count_call(_tool(tools, span.name), span)
    for retry in retries:
        if retry.type == "tool" and retry.name in tools:
            tools[retry.name]["retried"] = True
    return [tools[name] for name in sorted(tools)]


def agent_figures(tree: SpanTree) -> list[Figures]:
    """Return for each agent the number of its model calls, and of the failed ones."""
    agents: dict[str, Figures] = {}
    for call in llm_calls(tree.spans):
        agent = tree.nearest(call, "agent")
        if agent is not None:
            row = agents.setdefault(agent.name, {"name": redact(agent.name), "llm_calls": 0, "failed": 0})
            row["llm_calls"] += 1
            row["failed"] += call.failed
    return [agents[name] for name in sorted(agents)]


def _tool(tools: dict[str, Figures], name: str) -> Figures:
    new: Figures = {"name": redact(name), "offered": False, "arguments": [], "given": []}
    return tools.setdefault(name, new | dict.fromkeys(_OUTCOMES, False))


def _count_call(tool: Figures, call: SpanData) -> None:
    tool["called"] = True
    tool["ok"] |= call.status == "success"
    tool["failed"] |= call.failed
    tool["timeout"] |= _has_timeout(call)
    tool["acted"] |= call.acted is not None
    given = call.input if isinstance(call.input, Mapping) else {}
    tool["given"] = sorted({*tool["given"], *(redact(str(name)) for name in given)})


def _has_timeout(call: SpanData) -> bool:
    """Return whether a call timed out: by its status, or by the name of its error, as in `ReadTimeout`."""
    return call.status == "timeout" or (call.error is not None and "timeout" in call.error.type.lower())

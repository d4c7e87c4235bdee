"""A session that covers some of what its tools can do."""

from __future__ import annotations

from typing import Any

from pytest_traces.report.saved.run import SavedRun
from tests.builders import agent, llm, tool
from tests.report.saved.runs import a_run, a_saved_test


def definition(name: str, *arguments: str) -> dict[str, Any]:
    return {"name": name, "input_schema": {"properties": {name: {} for name in arguments}}}


TOOLS = [
    definition("geocode", "city"),
    definition("get_weather", "city", "units"),
    definition("refund", "order", "amount", "currency"),
]


def asks(*tools: Any, name: str = "weather", **fields: Any) -> Any:
    return agent(name, llm("gpt", input={"messages": [], "tools": TOOLS}, **fields), *tools)


FLAKY = (
    tool("get_weather", input={"city": "Paris"}, error="TimeoutError: late"),
    tool("get_weather", input={"city": "Paris"}),
)
PROGRAMS = {
    "test_a[Paris]": asks(tool("geocode", input={"city": "Paris"}), *FLAKY),
    "test_a[Rome]": asks(tool("geocode", input={"city": "Rome"})),
    "test_b": asks(tool("geocode", error="ValueError: no such city"), error="RateLimitError: slow down"),
    "test_c": agent("planner", llm("gpt"), tool("plain")),
}


def covered_run(**about: Any) -> SavedRun:
    return a_run([a_saved_test(f"tests/test_weather.py::{name}", one) for name, one in PROGRAMS.items()], **about)

"""Two runs of a suite in which everything changed that a comparison tells of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pytest_traces.report.saved.run import SavedRun
from tests.builders import agent, llm, tool
from tests.report.saved.runs import a_run, a_saved_test

GPT, MINI = "openai/gpt-4o", "openai/gpt-4o-mini"
AT = "2026-01-03T12:00:00+00:00"
MAIN: dict[str, str] = {"commit": "a1b2c3d4e5f6", "time": "2026-01-01T00:00:00+00:00"}


def asks(*tools: Any, tokens: int | None = 1204, model: str = GPT, cost: float | None = 0.01, ms: int = 100) -> Any:
    reported = {"input_tokens": tokens, "output_tokens": None if tokens is None else 0, "cost_usd": cost}
    usage = {f"{model}:{unit}": amount for unit, amount in reported.items() if amount is not None}
    return agent("weather", llm(model, usage=usage, ms=ms), *tools)


def a_side(programs: dict[str, Any], **about: Any) -> SavedRun:
    return a_run([a_saved_test(f"tests/test_weather.py::{name}", one) for name, one in programs.items()], **about)


FLAKY = (tool("get_weather", error="TimeoutError: late"), tool("get_weather"))
BEFORE = {
    "test_umbrella": asks(tool("get_weather")),
    "test_same": asks(tool("geocode")),
    "test_gone": asks(),
    "test_model": asks(),
    "test_silent": asks(),
    "test_cheaper[Paris]": asks(tool("geocode"), tool("geocode")),
    "test_outage": asks(*FLAKY),
}
NOW = {
    "test_umbrella": asks(tool("search"), *FLAKY, tokens=1690),
    "test_same": asks(tool("geocode")),
    "test_new": asks(),
    "test_model": asks(model=MINI),
    "test_silent": asks(tokens=None, cost=None),
    "test_cheaper[Paris]": asks(tool("geocode"), tokens=1000, cost=0.008),
    "test_outage": asks(*FLAKY),
}


def two_sides() -> tuple[Sequence[SavedRun], Sequence[SavedRun]]:
    return [a_side(BEFORE, **MAIN)], [a_side(NOW)]

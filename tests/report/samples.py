"""A session in which everything happened that the report tells of."""

from __future__ import annotations

from typing import Any

from pytest_traces.report.session import SessionSummary
from pytest_traces.report.summary import summarise
from tests.builders import a_tree, agent, at_once, llm, tool

GPT, MINI = "openai/gpt-4o", "openai/gpt-4o-mini"
WEATHER, CHEAP = "tests/agents/test_weather.py::test_recovers_from_a_flaky_tool", "tests/agents/test_cheap.py::test_ok"


def used(model: str, **units: float) -> dict[str, float]:
    return {f"{model}:{unit}": amount for unit, amount in units.items()}


FLAKY = agent(
    "weather",
    llm(GPT, usage=used(GPT, input_tokens=600, output_tokens=120, cached_input_tokens=100, cost_usd=0.3), ms=900),
    at_once(tool("geocode", ms=200), tool("get_time", ms=50)),
    tool("get_weather", error="TimeoutError: late", ms=2000),
    tool("get_weather", ms=80),
    llm(GPT, usage=used(GPT, input_tokens=900, output_tokens=200, cached_input_tokens=0, cost_usd=0.02), ms=1200),
)
SHORT = agent("weather", llm(MINI, usage=used(MINI, input_tokens=60, output_tokens=12), ms=300), tool("geocode", ms=20))
SILENT = agent("weather", llm(MINI, usage=used(MINI, input_tokens=60)), llm("local/llama"))
TROUBLE = "timbal: KeyError: 'usage' while the adapter read the output of a call that had ended before"
TOO_MANY = "Mismatch: expected llm_calls <= 0, got 1"


def a_session(tests: list[tuple[str, Any, dict[str, Any]]]) -> SessionSummary:
    session = SessionSummary(1500.0)
    for nodeid, program, more in tests:
        session.add(nodeid, summarise(a_tree(program), slow_ms=1500.0, priced=False, **more))
    return session


TESTS = [
    (f"{WEATHER}[Paris]", FLAKY, {}),
    (f"{WEATHER}[Rome]", FLAKY, {"troubles": [TROUBLE]}),
    *((f"{CHEAP}[{number}]", SHORT, {"asserted": number < 3}) for number in range(4)),
    ("tests/agents/test_silent.py::test_silent", SILENT, {}),
]


def whole_session(*, backwards: bool = False) -> SessionSummary:
    session = a_session(TESTS[::-1] if backwards else TESTS)
    session.add(f"{CHEAP}[2]", {}, rerun=True)
    session.fail(f"{CHEAP}[0]", TOO_MANY)
    session.fail(f"{CHEAP}[1]", TOO_MANY)
    session.fail("tests/agents/test_silent.py::test_silent", "ValueError: no answer")
    session.ran_twice = {f"{CHEAP}[2]": ["job-1.jsonl", "job-2.jsonl"]}
    return session

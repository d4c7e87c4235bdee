"""Traces to be mutated: small ones that together have everything a snapshot can hold."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from pytest_traces.runtime.recording.recorder import Recorder
from tests.builders import AtOnce, Step, a_recorder, agent, at_once, llm, span, tool

SAMPLES: dict[str, tuple[Any, ...]] = {
    "a flaky tool": (
        agent(
            "weather",
            llm("gpt-4o-mini", tokens=(60, 12), input={"messages": ["umbrella?"]}),
            at_once(
                tool("geocode", input={"city": "Paris"}, output={"lat": 48.85, "lon": 2.35}),
                tool("get_time", input={"tz": "Europe/Paris"}, output="12:00"),
            ),
            tool("get_weather", input={"lat": 48.85, "lon": 2.35}, error="TimeoutError: upstream timed out"),
            tool("get_weather", input={"lat": 48.85, "lon": 2.35}, output={"temp": 21}),
            llm("gpt-4o-mini", tokens=(90, 20), chunks=["Take ", "an umbrella"]),
        ),
    ),
    "agents side by side": (
        agent(
            "research",
            llm("planner", tokens=(10, 5)),
            at_once(
                [
                    agent(
                        "reader",
                        span("retrieval", "search", input={"q": "lanes", "k": 2}, output=["one", "two"]),
                        llm("small", tokens=(30, 7)),
                    ),
                    tool("note", input={"text": "read"}),
                ],
                [
                    agent(
                        "reader",
                        span("retrieval", "search", input={"q": "forks", "k": 2}, output=["three"]),
                        llm("small", tokens=(31, 9)),
                    ),
                    tool("note", input={"text": "wrote"}),
                ],
            ),
            at_once(tool("check", input={"n": 1}), tool("check", input={"n": 1}), kind="thread"),
            llm("writer", tokens=(99, 40)),
        ),
    ),
    "a stream that is cut": (
        span(
            "workflow",
            "chat",
            llm("gpt-4o", tokens=(12, 3), chunks=["It ", "is ", "noon"], notes=[("finish", {"reason": "stop"})]),
            tool("log", input={"level": "info", "text": "noon"}, notes=[("progress", 1), ("progress", 2)]),
            llm("gpt-4o", chunks=["And ", "now"], status="cancelled"),
        ),
    ),
    "two runs": (
        agent(
            "first",
            tool("fetch", input={"url": "/a"}, error="ConnectionError: refused"),
            tool("fetch", input={"url": "/a"}, error="ConnectionError: refused"),
            tool("fetch", input={"url": "/a"}, output="page"),
            llm("silent"),
        ),
        agent("second", llm("gpt-4o", tokens=(5, 5)), tool("store", input={"page": 1}), error="Failed: no room"),
    ),
}


def recorded(sample: str) -> Recorder:
    """Record a sample anew."""
    return a_recorder(*SAMPLES[sample])


def otherwise_scheduled(sample: str) -> Recorder:
    """Record a sample with every fork's branches run in the opposite order."""
    return a_recorder(*(_turned(step) for step in SAMPLES[sample]))


def _turned(step: Any) -> Any:
    if isinstance(step, list):
        return [_turned(one) for one in step]
    if isinstance(step, AtOnce):
        return replace(step, branches=tuple(_turned(branch) for branch in reversed(step.branches)))
    assert isinstance(step, Step)
    return replace(step, below=tuple(_turned(one) for one in step.below))

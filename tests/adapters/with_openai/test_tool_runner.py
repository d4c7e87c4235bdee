"""OpenAI's own loop around the model: its functions are tools."""

import json
from typing import Any

import pytest
from openai import AsyncOpenAI, OpenAI

from pytest_traces import Trace
from tests.adapters.doubles.wire import client, whole
from tests.adapters.with_openai.replies import response

runner = pytest.importorskip("openai.lib.responses_tool_runner")

ASKED: Any = {"model": "gpt-4o-mini", "input": "Weather?"}
TREE = """\
llm gpt-4o-mini
tool geocode ✗ TimeoutError: upstream timed out"""


def geocode(given: dict[str, Any]) -> str:
    if given["city"] == "Atlantis":
        raise TimeoutError("upstream timed out")
    return json.dumps({"lat": 48.85})


async def geocode_later(given: dict[str, Any]) -> str:
    return geocode(given)


def registered(kind: Any, execute: Any) -> Any:
    parameters = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
    return kind({"type": "function", "name": "geocode", "parameters": parameters, "strict": False}, execute)


def sync_runner() -> Any:
    return runner.ResponsesToolRunner(functions=[registered(runner.RegisteredFunction, geocode)])


def asks_for(city: str) -> dict[str, Any]:
    asked = {"name": "geocode", "call_id": "c1", "arguments": json.dumps({"city": city})}
    return response({"type": "function_call", "id": "f1", "status": "completed", **asked})


def test_functions_of_the_runner_are_tools(trace: Trace) -> None:
    sync_runner().run(client(OpenAI, whole(asks_for("Paris")), whole(response(id="r2"))), ASKED)
    assert str(trace) == "llm gpt-4o-mini\ntool geocode\nllm gpt-4o-mini"
    assert (trace["c1"].input, trace["c1"].output) == ({"city": "Paris"}, '{"lat": 48.85}')
    assert trace.usage.requests == 2


async def test_functions_of_the_async_runner_too(trace: Trace) -> None:
    functions = [registered(runner.AsyncRegisteredFunction, geocode_later)]
    model = client(AsyncOpenAI, whole(asks_for("Paris")), whole(response(id="r2")))
    await runner.AsyncResponsesToolRunner(functions=functions).run(model, ASKED)
    assert str(trace) == "llm gpt-4o-mini\ntool geocode\nllm gpt-4o-mini"
    assert trace["c1"].output == '{"lat": 48.85}'


def test_a_function_that_fails_ends_the_run_and_is_told(trace: Trace) -> None:
    with pytest.raises(runner.ToolRunnerError):
        sync_runner().run(client(OpenAI, whole(asks_for("Atlantis"))), ASKED)
    assert str(trace) == TREE


def test_a_test_acts_in_place_of_a_function(trace: Any) -> None:
    trace.on("geocode").returns("nowhere")
    sync_runner().run(client(OpenAI, whole(asks_for("Atlantis")), whole(response(id="r2"))), ASKED)
    assert trace.llms[1].input["input"][-1]["output"] == "nowhere"


def test_the_runner_calls_what_an_act_lets_its_model_ask_for(trace: Any) -> None:
    trace.on(type="llm").calls("geocode", {"city": "Paris"})
    trace.on(type="llm").says("Rain.")
    sync_runner().run(client(OpenAI), ASKED)
    assert str(trace) == "llm gpt-4o-mini   ⚡ calls\ntool geocode\nllm gpt-4o-mini   ⚡ says"

"""The shared scenario, traced by hand: spans of the API with the attributes of the GenAI conventions."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

from opentelemetry import trace

tracer = trace.get_tracer("weather_app")
TOOLS: dict[str, Any] = {"geocode": {"lat": 48.85, "lon": 2.35}, "get_time": "12:00", "get_weather": {"temp": 21}}


async def call_tool(name: str, city: str, failures: list[Exception]) -> Any:
    """Call a tool; `get_weather` fails once."""
    about = {"gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": name}
    with tracer.start_as_current_span(f"execute_tool {name}", attributes=about) as span:
        span.set_attribute("gen_ai.tool.call.arguments", json.dumps({"city": city}))
        await asyncio.sleep(0)
        if name == "get_weather" and failures:
            raise failures.pop()
        span.set_attribute("gen_ai.tool.call.result", json.dumps(TOOLS[name]))
        return TOOLS[name]


async def call_model(answer: str | Exception = "") -> str:
    """Call a model that reports 25 tokens in and 5 out."""
    about = {"gen_ai.operation.name": "chat", "gen_ai.provider.name": "openai", "gen_ai.request.model": "gpt-4o"}
    with tracer.start_as_current_span("chat gpt-4o", attributes=about) as span:
        if isinstance(answer, Exception):
            raise answer
        span.set_attributes({"gen_ai.usage.input_tokens": 25, "gen_ai.usage.output_tokens": 5})
        return answer


async def run(city: str) -> str:
    """Run the agent."""
    failures: list[Exception] = [TimeoutError("upstream timed out")]
    about = {"gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": "weather"}
    with tracer.start_as_current_span("invoke_agent weather", attributes=about):
        await call_model()
        await asyncio.gather(call_tool("geocode", city, failures), call_tool("get_time", city, failures))
        await call_model()
        try:
            await call_tool("get_weather", city, failures)
        except TimeoutError:
            await call_model()
            await call_tool("get_weather", city, failures)
        return await call_model("It is 21 degrees in Paris.")


async def run_desk(city: str, ask: Callable[[str], str]) -> None:
    """Run an agent whose tool runs another one."""
    with tracer.start_as_current_span(
        "invoke_agent desk", attributes={"gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": "desk"}
    ):
        await call_model()
        with tracer.start_as_current_span("execute_tool ask_weather", attributes={"gen_ai.tool.name": "ask_weather"}):
            await asyncio.to_thread(ask, city)
        await call_model("Sunny.")


async def run_waiting(wait: Callable[[], Awaitable[None]]) -> None:
    """Run the agent with a tool that waits."""
    about = {"gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": "weather"}
    with tracer.start_as_current_span("invoke_agent weather", attributes=about):
        await call_model()
        with tracer.start_as_current_span("execute_tool get_weather", attributes={"gen_ai.tool.name": "get_weather"}):
            await wait()


async def run_broken() -> None:
    """Run the agent with a model that is overloaded."""
    with tracer.start_as_current_span(
        "invoke_agent weather", attributes={"gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": "weather"}
    ):
        await call_model(RuntimeError("model overloaded"))

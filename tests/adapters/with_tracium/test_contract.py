import asyncio
from typing import Any, ClassVar

import tracium
from tracium.api.http_client import HTTPClient
from tracium.core.client import TraciumClient
from tracium.helpers import version_check
from tracium.instrumentation import auto_trace_tracker
from tracium.integrations.anthropic import tracing
from tracium.models.span_handle import AgentSpanContext, AgentSpanHandle
from tracium.models.trace_handle import AgentTraceHandle, AgentTraceManager
from tracium.utils import span_registry

from pytest_traces.adapters.registry import adapter_of
from pytest_traces.testing import AdapterContract

client = tracium.init(auto_instrument_llm_clients=False, auto_instrument_langchain=False)


def think(text: str, *, tokens: tuple[int, int] = (25, 5), error: Exception | None = None) -> str:
    with tracium.span(span_type="llm", name="chat") as call:
        if error is not None:
            raise error
        call.set_model_id("small-1")
        call.set_token_usage(input_tokens=tokens[0], output_tokens=tokens[1])
        call.record_output(text)
        return text


async def use(tool: str, city: str, result: Any) -> Any:
    with tracium.span(span_type="tool", name=tool, input={"city": city}) as call:
        await asyncio.sleep(0)
        if isinstance(result, Exception):
            raise result
        call.record_output(result)
        return result


async def weather(city: str, outages: int = 1) -> str:
    async with client.agent_trace(agent_name="weather"):
        think("call geocode and get_time")
        await asyncio.gather(use("geocode", city, {"lat": 48.85, "lon": 2.35}), use("get_time", city, "12:00"))
        think("call get_weather")
        try:
            await use("get_weather", city, TimeoutError("upstream timed out") if outages else {"temp": 21})
        except TimeoutError:
            think("call get_weather again")
            await use("get_weather", city, {"temp": 21})
        return think("It is 21 degrees in Paris.")


class TestTracium(AdapterContract):
    """Tracium."""

    adapter = adapter_of("tracium")
    hooks = (
        (tracium, "init"),
        (HTTPClient, "request"),
        (HTTPClient, "request_async"),
        (TraciumClient, "init"),
        (TraciumClient, "record_agent_spans"),
        (TraciumClient, "update_agent_span"),
        (version_check, "check_for_update"),
        (span_registry, "ensure_parent_span_sent"),
        (auto_trace_tracker.AutoTraceContext, "__init__"),
        (tracing, "extract_usage"),
        (auto_trace_tracker, "_get_user_frames"),
        (AgentTraceManager, "_start"),
        (AgentTraceManager, "_finish"),
        *((AgentTraceHandle, name) for name in ("span", "record_span", "update_metadata", "add_metadata_kv")),
        *((AgentTraceHandle, name) for name in ("mark_failed", "finish", "fail")),
        *((AgentSpanContext, name) for name in ("set_input", "set_output", "set_failure")),
        (AgentSpanHandle, "add_metadata"),
    )
    lacks: ClassVar = {"chunks": "it has no streamed pieces"}

    observes: ClassVar = {"answers": "its model is a `with` block that asks no SDK"}

    def ask(self, city: str) -> str:
        return asyncio.run(weather(city, self.outages))

    def ask_down(self) -> None:
        with client.agent_trace(agent_name="weather"):
            think("")

    def ask_broken(self) -> None:
        with client.agent_trace(agent_name="weather"):
            think("", error=RuntimeError("model overloaded"))

    def ask_desk(self, city: str) -> None:
        with client.agent_trace(agent_name="desk"):
            think("call ask_weather")
            with tracium.span(span_type="tool", name="ask_weather", input={"city": city}):
                self.ask(city)
            think("Sunny.")

    async def wait_for_weather(self, wait: Any) -> None:
        async with client.agent_trace(agent_name="weather"):
            think("call get_weather")
            with tracium.span(span_type="tool", name="get_weather", input={"city": "Paris"}):
                await wait()

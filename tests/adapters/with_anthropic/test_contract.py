import json
from typing import Any

from anthropic import AsyncAnthropic, _base_client, _response, _streaming
from anthropic.lib.tools import BetaAsyncFunctionTool, BetaFunctionTool

from pytest_traces.adapters.registry import adapter_of
from tests.adapters.doubles.sdk_contract import SdkContract, hooks_of
from tests.adapters.doubles.wire import client, events
from tests.adapters.with_anthropic import weather_agent
from tests.adapters.with_anthropic.replies import message_events, stream, tool_use


async def overloaded(request: Any, call_next: Any) -> Any:
    raise RuntimeError("model overloaded")


class TestAnthropic(SdkContract):
    """Anthropic's SDK with plain functions as tools."""

    adapter = adapter_of("anthropic")
    program, sdk = weather_agent, AsyncAnthropic
    hooks = (
        *hooks_of(_base_client, _streaming, _response),
        *((kind, "call") for kind in (BetaFunctionTool, BetaAsyncFunctionTool)),
    )

    def asks_for(self, *names: str, city: str) -> Any:
        """Stream a message with a block for each call."""
        delta = {"type": "input_json_delta", "partial_json": json.dumps({"city": city})}
        told = [message_events(delta, block=tool_use(name, f"t{index}")) for index, name in enumerate(names)]
        blocks = [{**event, "index": index} for index, one in enumerate(told) for event in one[1:-2]]
        return events([told[0][0], *blocks, *told[0][-2:]])

    def answer(self) -> Any:
        return stream()

    def broken_client(self) -> Any:
        return client(AsyncAnthropic, middleware=[overloaded])

import asyncio
from typing import Any

from openai import AsyncOpenAI, _base_client, _response, _streaming
from openai.lib.streaming.chat import AsyncChatCompletionStream, ChatCompletionStream
from openai.lib.streaming.responses._responses import AsyncResponseStream, ResponseStream

from pytest_traces.adapters.registry import adapter_of
from tests.adapters.doubles.sdk_contract import SdkContract, hooks_of
from tests.adapters.doubles.wire import client
from tests.adapters.with_openai import weather_agent
from tests.adapters.with_openai.replies import chunks, function

HELPERS = (ChatCompletionStream, AsyncChatCompletionStream, ResponseStream, AsyncResponseStream)


class AsyncOverloaded(AsyncOpenAI):
    """A client that fails before it sends anything: how a failure on the wire is told differs between versions."""

    async def _prepare_options(self, options: Any) -> Any:
        raise RuntimeError("model overloaded")


class TestOpenAI(SdkContract):
    """OpenAI's SDK with plain functions as tools."""

    adapter = adapter_of("openai")
    program, sdk = weather_agent, AsyncOpenAI
    hooks = (*hooks_of(_base_client, _streaming, _response), *((kind, "close") for kind in HELPERS))

    def asks_for(self, *names: str, city: str) -> Any:
        calls = [{"index": index, **function(name, f"c{index}", city=city)} for index, name in enumerate(names)]
        return chunks({"tool_calls": calls})

    def answer(self) -> Any:
        return chunks()

    def broken_client(self) -> Any:
        return client(AsyncOverloaded)

    def ask_down(self) -> None:
        same_name = type("AsyncOverloaded", (AsyncOpenAI,), {})  # the trace holds the name of the client's class
        asyncio.run(weather_agent.weather("Paris", client(same_name)))

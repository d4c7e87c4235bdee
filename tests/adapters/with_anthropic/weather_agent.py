"""An agent as many write it: a loop around Anthropic's client, with tools that are plain functions."""

import asyncio
from typing import Any

from tests.adapters.doubles.plain_tools import call, count, outages


async def weather(city: str, client: Any) -> str:
    outages.set([TimeoutError("upstream timed out")] * count.get())
    return await _loop(city, client)


async def desk(city: str, client: Any) -> str:
    return await _loop(city, client)


async def _loop(city: str, client: Any) -> str:
    messages: list[Any] = [{"role": "user", "content": f"Weather in {city}?"}]
    while True:
        async with client.messages.stream(model="claude-x", max_tokens=99, messages=messages) as stream:
            message = await stream.get_final_message()
        calls = [block for block in message.content if block.type == "tool_use"]
        if not calls:
            return "".join(block.text for block in message.content)
        results = await asyncio.gather(*(call(asked.name, asked.input) for asked in calls))
        told = [
            {"type": "tool_result", "tool_use_id": asked.id, "content": result}
            for asked, result in zip(calls, results, strict=True)
        ]
        messages += [{"role": "assistant", "content": message.content}, {"role": "user", "content": told}]

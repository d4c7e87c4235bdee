"""An agent as many write it: a loop around OpenAI's client, with tools that are plain functions."""

import asyncio
import json
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
        asked = client.chat.completions.stream(model="gpt-4o-mini", messages=messages)
        async with asked as stream:
            message = (await stream.get_final_completion()).choices[0].message
        if not message.tool_calls:
            return str(message.content)
        messages.append(message)
        calls = [(asked.function.name, json.loads(asked.function.arguments)) for asked in message.tool_calls]
        results = await asyncio.gather(*(call(*one) for one in calls))
        for asked, result in zip(message.tool_calls, results, strict=True):
            messages.append({"role": "tool", "tool_call_id": asked.id, "content": result})

"""A trip planner: a loop around OpenAI's client, as in many programs; it imports nothing of pytest-traces."""

import asyncio
import json

MODEL = "gpt-4o-mini"


async def get_weather(city):
    return {"sky": "rain", "temp": 12}


async def find_trains(city, day="today"):
    return [{"at": "08:12", "euros": 39}, {"at": "10:12", "euros": 29}]


TOOLS = {"get_weather": get_weather, "find_trains": find_trains}
SCHEMAS = [
    {"type": "function", "function": {"name": name, "parameters": {"type": "object", "properties": {}}}}
    for name in TOOLS
]


async def plan(question, client):
    """Ask the model, run its tool calls concurrently, and ask again until it answers."""
    messages = [{"role": "user", "content": question}]
    while True:
        completion = await client.chat.completions.create(model=MODEL, messages=messages, tools=SCHEMAS)
        answer = completion.choices[0].message
        if not answer.tool_calls:
            return answer.content
        messages.append(answer)
        results = await asyncio.gather(*(run(call) for call in answer.tool_calls))
        for call, result in zip(answer.tool_calls, results, strict=True):
            messages.append({"role": "tool", "tool_call_id": call.id, "content": json.dumps(result)})


async def run(call):
    return await TOOLS[call.function.name](**json.loads(call.function.arguments))


async def tell(question, client):
    """Yield the pieces of an answer as they arrive."""
    asked = {"model": MODEL, "messages": [{"role": "user", "content": question}]}
    stream = await client.chat.completions.create(stream=True, stream_options={"include_usage": True}, **asked)
    async for chunk in stream:
        for choice in chunk.choices:
            yield choice.delta.content

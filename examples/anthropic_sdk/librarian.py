"""A librarian on Anthropic's client: its own loop calls tools that search and lend books."""

import asyncio

MODEL = "claude-sonnet-5"


class Library:
    """Lends books; the shelf is where the clerk does not look at first."""

    def __init__(self):
        self.outages = [ConnectionError("catalogue offline")]

    async def search(self, title):
        if self.outages:
            raise self.outages.pop()
        return {"shelf": "B-714", "copies": 2}

    async def lend(self, shelf, reader):
        return f"{shelf} to {reader}"


SCHEMAS = [{"name": name, "input_schema": {"type": "object"}} for name in ("search", "lend")]


async def serve(question, client):
    """Answer a reader."""
    library, messages = Library(), [{"role": "user", "content": question}]
    while True:
        asked = {"model": MODEL, "max_tokens": 500, "messages": messages, "tools": SCHEMAS}
        async with client.messages.stream(**asked) as stream:
            answer = await stream.get_final_message()
        calls = [block for block in answer.content if block.type == "tool_use"]
        if not calls:
            return "".join(block.text for block in answer.content)
        results = await asyncio.gather(*(run(library, call) for call in calls))
        messages.append({"role": "assistant", "content": answer.content})
        messages.append({"role": "user", "content": results})


async def run(library, call):
    """Run a tool; the model gets its error, and may call it again."""
    told = {"type": "tool_result", "tool_use_id": call.id}
    try:
        return {**told, "content": str(await getattr(library, call.name)(**call.input))}
    except ConnectionError as error:
        return {**told, "content": str(error), "is_error": True}

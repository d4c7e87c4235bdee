"""The parallel fetcher of document 004: three concurrent sources, then one after them."""

import asyncio

from pytest_traces.runtime import agent_trace, span

SOURCES = {"database": [1, 2, 3], "api": [4], "cache": []}


async def fetch_data(source):
    with span(span_type="retrieval", name=f"fetch_{source}") as step:
        step.record_input({"source": source})
        await asyncio.sleep(0)
        step.record_output({"count": len(SOURCES[source])})
        return SOURCES[source]


async def fetch_all():
    async with agent_trace(agent_name="parallel-fetcher"):
        results = await asyncio.gather(*map(fetch_data, SOURCES))
        with span(span_type="action", name="merge", input=results) as step:
            merged = [item for result in results for item in result]
            step.record_output(merged)
            return merged


def main():
    return asyncio.run(fetch_all())

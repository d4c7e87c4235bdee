"""Traces that several tests of sequences ask."""

from tests.builders import a_trace, agent, at_once, llm, tool


def steps(*names):
    return a_trace(agent("planner", *(tool(name) for name in names)))


FORKED = a_trace(
    agent(
        "weather",
        llm("gpt"),
        tool("plan"),
        at_once(tool("geocode", input={"city": "Paris"}), [tool("get_time"), tool("get_zone")]),
        tool("ask", input={"city": "Paris"}),
    )
)

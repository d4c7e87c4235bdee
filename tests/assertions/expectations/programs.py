"""Traces that several tests of expectations ask."""

from tests.builders import a_trace, agent, llm, span, tool

WELL = a_trace(agent("weather", llm("gpt", chunks=["It ", "is"]), tool("get_weather")))
ILL = a_trace(
    agent(
        "weather",
        llm("gpt", chunks=["It "], status="cancelled"),
        tool("get_weather", error="TimeoutError: late"),
        tool("get_weather"),
        tool("get_wind", error="tool_not_found: no such tool"),
        span("workflow", "notify_all", notes=[("skipped", {"steps": ["email", "sms"]})]),
        tool("log", status="running"),
        status="running",
    )
)
PAID = a_trace(
    agent(
        "shop",
        llm("gpt"),
        tool("search", input={"q": "shoes"}),
        tool("pay", input={"amount": 10, "currency": "EUR"}),
        tool("pay", input={"amount": 99}),
        tool("log"),
    )
)

from typing import Any

from langchain.agents import create_agent
from langchain.agents.middleware import wrap_tool_call
from langchain_core.messages import AIMessage, ToolMessage
from langchain_core.runnables import config
from langchain_core.tools import base, tool

from pytest_traces.adapters.registry import adapter_of
from pytest_traces.testing import AdapterContract
from tests.adapters.with_langchain.models import calls, scripted


@wrap_tool_call
def tell_the_model(request: Any, handler: Any) -> Any:
    """Answer for a tool that failed: by itself an agent gives up."""
    try:
        return handler(request)
    except TimeoutError as error:
        return ToolMessage(f"failed: {error}", tool_call_id=request.tool_call["id"])


def weather_agent(*turns: AIMessage | Exception, outages: int = 1) -> Any:
    failures = [TimeoutError("upstream timed out")] * outages

    @tool
    def geocode(city: str) -> dict[str, float]:
        """Find a city."""
        return {"lat": 48.85, "lon": 2.35}

    @tool
    def get_time(city: str) -> str:
        """Tell the time."""
        return "12:00"

    @tool
    def get_weather(city: str) -> dict[str, int]:
        """Tell the weather."""
        if failures:
            raise failures.pop()
        return {"temp": 21}

    tools = [geocode, get_time, get_weather]
    return create_agent(scripted(*turns), tools, name="weather", middleware=[tell_the_model])


class TestLangChain(AdapterContract):
    """LangChain and LangGraph."""

    adapter = adapter_of("langchain")
    hooks = ((config, "_set_config_context"), (base, "_format_output"))

    def ask(self, city: str) -> str:
        agent = weather_agent(
            calls("geocode", "get_time", city=city),
            calls("get_weather", city=city),
            calls("get_weather", city=city),
            AIMessage("It is 21 degrees in Paris."),
            outages=self.outages,
        )
        pieces = [
            piece.content
            for piece, about in agent.stream({"messages": [("user", city)]}, stream_mode="messages")
            if piece.type == "AIMessageChunk"
        ]
        return "".join(pieces)

    def ask_down(self) -> None:
        weather_agent(AIMessage("unheard")).invoke({"messages": [("user", "Paris")]})

    def ask_broken(self) -> None:
        weather_agent(RuntimeError("model overloaded")).invoke({"messages": [("user", "Paris")]})

    def ask_desk(self, city: str) -> None:
        @tool
        def ask_weather(city: str) -> str:
            """Ask the weather agent."""
            return self.ask(city)

        model = scripted(calls("ask_weather", city=city), AIMessage("Sunny."))
        create_agent(model, [ask_weather], name="desk").invoke({"messages": [("user", city)]})

    def wait_for_weather(self, wait: Any) -> Any:
        @tool
        async def get_weather(city: str) -> None:
            """Tell the weather."""
            await wait()

        agent = create_agent(scripted(calls("get_weather", city="Paris")), [get_weather], name="weather")
        return agent.ainvoke({"messages": [("user", "Paris")]})

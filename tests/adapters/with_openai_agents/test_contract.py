import asyncio
from typing import Any

from agents import Agent, Runner, Usage, function_tool
from agents.testing import ScriptedModel, assistant_message, function_call
from agents.tracing.spans import NoOpSpan, SpanImpl

from pytest_traces.adapters.registry import adapter_of
from pytest_traces.testing import AdapterContract


def model(*turns: Any) -> ScriptedModel:
    scripted = ScriptedModel(turns)
    scripted.set_default_usage(Usage(requests=1, input_tokens=25, output_tokens=5, total_tokens=30))
    return scripted


def weather_agent(*turns: Any, outages: int = 1) -> Agent:
    failures = [TimeoutError("upstream timed out")] * outages

    @function_tool
    async def geocode(city: str) -> dict[str, float]:
        return {"lat": 48.85, "lon": 2.35}

    @function_tool
    async def get_time(city: str) -> str:
        return "12:00"

    @function_tool
    async def get_weather(city: str) -> dict[str, int]:
        if failures:
            raise failures.pop()
        return {"temp": 21}

    return Agent(name="weather", model=model(*turns), tools=[geocode, get_time, get_weather])


def calls(turn: int, *tools: str, city: str) -> list[Any]:
    return [function_call(tool, {"city": city}, call_id=f"{tool}-{turn}") for tool in tools]


def in_pieces(*texts: str) -> Any:
    """Return an answer of several parts: the SDK's double streams each part as one piece."""
    message = assistant_message("")
    parts = [message.content[0].model_copy(update={"text": text}) for text in texts]
    return message.model_copy(update={"content": parts})


class TestOpenAIAgents(AdapterContract):
    """OpenAI Agents."""

    adapter = adapter_of("openai_agents")
    hooks = ((SpanImpl, "start"), (SpanImpl, "finish"), (NoOpSpan, "start"), (NoOpSpan, "finish"))

    def ask(self, city: str) -> str:
        agent = weather_agent(
            calls(1, "geocode", "get_time", city=city),
            calls(2, "get_weather", city=city),
            calls(3, "get_weather", city=city),
            [in_pieces("It is 21 ", "degrees in Paris.")],
            outages=self.outages,
        )

        async def streamed() -> str:
            run = Runner.run_streamed(agent, "Umbrella?")
            async for _ in run.stream_events():
                pass
            return str(run.final_output)

        return asyncio.run(streamed())

    def ask_down(self) -> None:
        Runner.run_sync(weather_agent([assistant_message("unheard")]), "Umbrella?")

    def ask_broken(self) -> None:
        Runner.run_sync(weather_agent(RuntimeError("model overloaded")), "Umbrella?")

    def ask_desk(self, city: str) -> None:
        @function_tool
        def ask_weather(city: str) -> str:
            return self.ask(city)

        turns = calls(1, "ask_weather", city=city), [assistant_message("Sunny.")]
        Runner.run_sync(Agent(name="desk", model=model(*turns), tools=[ask_weather]), "Umbrella?")

    def wait_for_weather(self, wait: Any) -> Any:
        @function_tool
        async def get_weather(city: str) -> None:
            await wait()

        agent = Agent(name="weather", model=model(calls(1, "get_weather", city="Paris")), tools=[get_weather])
        return Runner.run(agent, "Umbrella?")

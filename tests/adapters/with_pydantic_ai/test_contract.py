import asyncio
from typing import Any, ClassVar

from pydantic_ai import Agent, ModelRetry
from pydantic_ai._agent_graph import GraphAgentState
from pydantic_ai.embeddings.base import EmbeddingModel
from pydantic_ai.models import Model
from pydantic_ai.tool_manager import ToolManager

from pytest_traces.adapters.registry import adapter_of
from pytest_traces.testing import AdapterContract
from tests.adapters.with_pydantic_ai.models import ScriptedModel, Turn


def weather_agent(*turns: Turn, outages: int = 1) -> Agent[None, str]:
    agent = Agent(ScriptedModel(*turns), name="weather")
    failures: list[Exception] = [TimeoutError("upstream timed out")] * outages

    @agent.tool_plain
    async def geocode(city: str) -> dict[str, float]:
        return {"lat": 48.85, "lon": 2.35}

    @agent.tool_plain
    async def get_time(city: str) -> str:
        return "12:00"

    @agent.tool_plain
    def get_weather(city: str) -> dict[str, int]:
        try:
            if failures:
                raise failures.pop()
        except TimeoutError as error:
            raise ModelRetry(str(error)) from error
        return {"temp": 21}

    return agent


class TestPydanticAI(AdapterContract):
    """pydantic-ai."""

    adapter = adapter_of("pydantic_ai")
    hooks = (
        (Agent, "iter"),
        (GraphAgentState, "consume_output_retry"),
        (ToolManager, "execute_tool_call"),
        (ToolManager, "_raw_execute"),
        (ToolManager, "execute_output_tool_call"),
        (ToolManager, "validate_output_tool_call"),
    )

    def agent_for(self, city: str) -> Agent[None, str]:
        where: dict[str, Any] = {"city": city}
        return weather_agent(
            [("geocode", where), ("get_time", where)],
            [("get_weather", where)],
            [("get_weather", where)],
            "It is 21 degrees in Paris.",
            outages=self.outages,
        )

    def ask(self, city: str) -> str:
        async def run() -> str:
            async with self.agent_for(city).run_stream(f"Weather in {city}?") as answer:
                return "".join([piece async for piece in answer.stream_text(delta=True, debounce_by=None)])

        return asyncio.run(run())

    def outage(self) -> Exception:
        retry = ModelRetry("upstream timed out")
        retry.__cause__ = TimeoutError("upstream timed out")
        return retry

    def ask_down(self) -> None:
        weather_agent("unheard").run_sync("Weather in Paris?")

    def ask_broken(self) -> None:
        weather_agent(RuntimeError("model overloaded")).run_sync("Weather in Paris?")

    def ask_desk(self, city: str) -> None:
        async def ask_weather(city: str) -> str:
            return await asyncio.to_thread(self.ask, city)

        model = ScriptedModel([("ask_weather", {"city": city})], "Sunny.")
        Agent(model, name="desk", tools=[ask_weather]).run_sync("Umbrella?")

    def wait_for_weather(self, wait: Any) -> Any:
        async def get_weather(city: str) -> None:
            await wait()

        model = ScriptedModel([("get_weather", {"city": "Paris"})])
        return Agent(model, name="weather", tools=[get_weather]).run("Umbrella?")


class TestPydanticAIWithoutStreams(TestPydanticAI):
    """The same with whole answers."""

    lacks: ClassVar = {"chunks": "the answer comes whole"}

    def ask(self, city: str) -> str:
        return str(self.agent_for(city).run_sync(f"Weather in {city}?").output)


def test_later_classes_of_models_are_left_as_they_were_when_the_adapter_is_off() -> None:
    assert "__init_subclass__" in vars(Model)
    assert "__init_subclass__" in vars(EmbeddingModel)

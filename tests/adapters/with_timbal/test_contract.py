import asyncio
import subprocess
import sys
from typing import Any

from timbal import Agent
from timbal.core.llm import router
from timbal.core.runnable import Runnable
from timbal.state.context import RunContext

from pytest_traces.adapters.registry import adapter_of
from pytest_traces.testing import AdapterContract
from tests.adapters.with_timbal.models import StreamedModel


def weather_agent(*turns: Any, outages: int = 1) -> Agent:
    failures = [TimeoutError("upstream timed out")] * outages

    async def geocode(city: str) -> dict[str, float]:
        return {"lat": 48.85, "lon": 2.35}

    async def get_time(city: str) -> str:
        return "12:00"

    async def get_weather(city: str) -> dict[str, int]:
        if failures:
            raise failures.pop()
        return {"temp": 21}

    return Agent(name="weather", model=StreamedModel(*turns), tools=[geocode, get_time, get_weather])


class TestTimbal(AdapterContract):
    """Timbal."""

    adapter = adapter_of("timbal")
    hooks = (
        *((Runnable, name) for name in ("_stream", "_execute_simple", "_execute_handler")),
        (RunContext, "update_usage"),
        (router, "_retry_on_error"),
    )
    escapes = None

    def ask(self, city: str) -> str:
        where = {"city": city}
        agent = weather_agent(
            [("geocode", where), ("get_time", where)],
            [("get_weather", where)],
            [("get_weather", where)],
            "It is 21 degrees in Paris.",
            outages=self.outages,
        )
        return str(asyncio.run(agent(prompt=city).collect()).output.collect_text())

    def ask_down(self) -> None:
        asyncio.run(weather_agent("unheard")(prompt="Paris").collect())

    def ask_broken(self) -> None:
        asyncio.run(weather_agent(RuntimeError("model overloaded"))(prompt="Paris").collect())

    def ask_desk(self, city: str) -> None:
        async def ask_weather(city: str) -> str:
            return await asyncio.to_thread(self.ask, city)

        model = StreamedModel([("ask_weather", {"city": city})], "Sunny.")
        asyncio.run(Agent(name="desk", model=model, tools=[ask_weather])(prompt=city).collect())

    def wait_for_weather(self, wait: Any) -> Any:
        async def get_weather(city: str) -> None:
            await wait()

        model = StreamedModel([("get_weather", {"city": "Paris"})])
        return Agent(name="weather", model=model, tools=[get_weather])(prompt="Paris").collect()


def test_a_program_of_workflows_alone_switches_the_adapter_on() -> None:
    program = (
        "from pytest_traces.adapters.activation import Activation\n"
        "activation = Activation()\n"
        "activation.arm()\n"
        "from timbal import Workflow\n"
        "print('timbal' in activation.listening, activation.troubles)"
    )
    assert subprocess.check_output([sys.executable, "-c", program], text=True) == "True []\n"

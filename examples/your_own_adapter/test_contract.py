"""The adapter passes the contract: the shared scenario, written with tinyflow."""

from typing import ClassVar

from tinyflow import Agent, Model
from tinyflow_traces import ADAPTER

from pytest_traces.testing import AdapterContract


def weather_agent(*turns, outages=1):
    failures = [TimeoutError("upstream timed out")] * outages

    def geocode(city):
        return {"lat": 48.85, "lon": 2.35}

    def get_time(city):
        return "12:00"

    def get_weather(city):
        if failures:
            raise failures.pop()
        return {"temp": 21}

    return Agent("weather", Model(*turns), [geocode, get_time, get_weather])


class TestTinyflow(AdapterContract):
    adapter = ADAPTER
    hooks = ((Agent, "run"), (Model, "ask"), (Agent, "run_tool"))
    lacks: ClassVar = {"cancellation": "it runs in plain code"}

    def ask(self, city):
        where = {"city": city}
        turns = ({"geocode": where, "get_time": where}, {"get_weather": where}, {"get_weather": where})
        return weather_agent(*turns, "It is 21 degrees in Paris.", outages=self.outages).run("Umbrella?")

    def ask_broken(self):
        weather_agent(RuntimeError("model overloaded")).run("Umbrella?")

    def ask_desk(self, city):
        def ask_weather(city):
            return self.ask(city)

        Agent("desk", Model({"ask_weather": {"city": city}}, "Sunny."), [ask_weather]).run("Umbrella?")

"""The contract for the SDK of a provider: a loop of the program asks its client, plain functions are the tools."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from types import ModuleType
from typing import Any, ClassVar

import pytest

from pytest_traces.testing import AdapterContract
from pytest_traces.trace.fixture import TraceFixture
from tests.adapters.doubles.plain_tools import TOOLS, asking, count, waiting
from tests.adapters.doubles.wire import client


def hooks_of(base: ModuleType, streaming: ModuleType, response: ModuleType) -> Iterator[tuple[type, str]]:
    """Yield what is patched in every SDK that Stainless generates."""
    for kind in (base.SyncAPIClient, base.AsyncAPIClient):
        yield from ((kind, name) for name in ("request", "_process_response", "_sleep_for_retry"))
    for kind in (streaming.Stream, streaming.AsyncStream):
        yield from ((kind, name) for name in ("__stream__", "close"))
    for kind in (response.APIResponse, response.AsyncAPIResponse):
        yield from ((kind, name) for name in ("read", "iter_lines", "iter_text", "iter_bytes", "close"))


class SdkContract(AdapterContract):
    """What the contracts of two SDKs share; a subclass says what its endpoint answers."""

    program: ModuleType
    """Holds the agents `weather` and `desk`."""
    sdk: Any
    """The class of the client."""
    beside = frozenset({"record_calls"})
    observes: ClassVar = {"values": "a test may return an object of the SDK's, or one that only looks like it"}

    def asks_for(self, *names: str, city: str) -> Any:
        """Return a reply that calls tools."""
        raise NotImplementedError

    def answer(self) -> Any:
        """Return a reply that answers."""
        raise NotImplementedError

    def broken_client(self) -> Any:
        """Return a client whose calls fail."""
        raise NotImplementedError

    @pytest.fixture(autouse=True)
    def plain_functions(self, request: pytest.FixtureRequest) -> None:
        if "trace" in request.fixturenames:
            self.prepare(request.getfixturevalue("trace"))

    def prepare(self, trace: TraceFixture) -> None:
        trace.record_calls(*TOOLS)
        for agent in ("weather", "desk"):
            trace.record_calls(f"{self.program.__name__}:{agent}", type="agent")

    def ask(self, city: str) -> str:
        count.set(self.outages)
        replies = (
            self.asks_for("geocode", "get_time", city=city),
            self.asks_for("get_weather", city=city),
            self.asks_for("get_weather", city=city),
            self.answer(),
        )
        answered: str = asyncio.run(self.program.weather(city, client(self.sdk, *replies)))
        return answered

    def ask_broken(self) -> None:
        asyncio.run(self.program.weather("Paris", self.broken_client()))

    def ask_desk(self, city: str) -> None:
        asking.set(self.ask)
        replies = (self.asks_for("ask_weather", city=city), self.answer())
        asyncio.run(self.program.desk(city, client(self.sdk, *replies)))

    async def wait_for_weather(self, wait: Any) -> None:
        waiting.set(wait)
        await self.program.weather("Paris", client(self.sdk, self.asks_for("get_weather", city="Paris")))

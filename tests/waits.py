"""What a program waits, without waiting for it, and timeouts that no clock decides."""

import asyncio
import threading
import time
from collections.abc import Coroutine
from typing import Any

import pytest


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Let the test's own thread wait for nothing, and list the seconds it would have waited.

    Other threads sleep as they do: a framework's exporter that sleeps in a loop would fill the list without an end.
    """
    seconds_waited: list[float] = []
    own = threading.get_ident()
    sleep, sleep_async = time.sleep, asyncio.sleep

    def note(seconds: float) -> None:
        if threading.get_ident() == own:
            seconds_waited.append(seconds)
        else:
            sleep(seconds)

    async def note_async(seconds: float) -> None:
        await sleep_async(0)
        note(seconds)

    monkeypatch.setattr("time.sleep", note)
    monkeypatch.setattr("asyncio.sleep", note_async)
    return seconds_waited


async def cut_off(program: Coroutine[Any, Any, Any], begun: asyncio.Event) -> Any:
    """Run a program until it sets `begun`, then let it time out: so the speed of the machine does not matter."""
    task, at_work = asyncio.ensure_future(program), asyncio.ensure_future(begun.wait())
    await asyncio.wait([task, at_work], return_when=asyncio.FIRST_COMPLETED)
    at_work.cancel()
    return await asyncio.wait_for(task, 0)

"""What a program waits, without waiting for it."""

import asyncio
import threading
import time

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

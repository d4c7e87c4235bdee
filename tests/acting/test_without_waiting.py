"""Waits between attempts are cut, those of retry code and of nothing else; what was cut is told."""

from __future__ import annotations

import asyncio
import sys
import time
from importlib import import_module
from typing import Any

import backoff
import openai
import pytest
import stamina
import tenacity

from pytest_traces.runtime import trace_tool
from tests.adapters.doubles.wire import ASK, client, whole

ANSWER = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": "ok"}}
REPLY = {"id": "1", "object": "chat.completion", "created": 0, "model": "gpt-4o", "choices": [ANSWER]}
LONG = 3600  # a test that waits this long fails by itself


@trace_tool
def search(q: str) -> str:
    return q


@trace_tool
async def look_up(q: str) -> str:
    return q


@trace_tool(max_retries=2, backoff=LONG)
def ours(q: str) -> str:
    return q


@trace_tool(max_retries=2, backoff=LONG)
async def ours_async(q: str) -> str:
    return q


WAIT: dict[str, Any] = {"wait": tenacity.wait_fixed(LONG), "stop": tenacity.stop_after_attempt(3)}
PATIENT: dict[str, Any] = {"on": TimeoutError, "attempts": 3, "wait_initial": LONG, "wait_max": LONG, "wait_jitter": 0}
CONSTANT: dict[str, Any] = {"interval": LONG, "jitter": None, "max_tries": 3}
RETRIED = {
    "tenacity": tenacity.retry(**WAIT)(lambda: search("q")),
    "stamina": stamina.retry(**PATIENT, timeout=None)(lambda: search("q")),
    "backoff": backoff.on_exception(backoff.constant, TimeoutError, **CONSTANT)(lambda: search("q")),
    "backoff=": lambda: ours("q"),
}


async def looked_up() -> str:
    return await look_up("q")


RETRIED_LATER = {
    "tenacity": tenacity.retry(**WAIT)(looked_up),
    "stamina": stamina.retry(**PATIENT, timeout=None)(looked_up),
    "backoff": backoff.on_exception(backoff.constant, TimeoutError, **CONSTANT)(looked_up),
    "backoff=": lambda: ours_async("q"),
}


@pytest.mark.parametrize("code", RETRIED)
def test_retry_code_goes_on_at_once(trace, code):
    trace.without_waiting()
    trace.on(type="tool").raises(TimeoutError("late"), times=2)
    assert RETRIED[code]() == "q"
    [retry] = trace.retries
    assert (retry.attempts, retry.recovered, retry.skipped_ms) == (3, True, 2 * LONG * 1e3)


@pytest.mark.parametrize("code", RETRIED_LATER)
async def test_async_retry_code_goes_on_at_once(trace, code):
    trace.without_waiting()
    trace.on(type="tool").raises(TimeoutError("late"), times=2)
    assert await RETRIED_LATER[code]() == "q"
    assert trace.retries[0].skipped_ms == 2 * LONG * 1e3


def retried_by_a_late_import(package: str) -> Any:
    """Import retry code anew, as a program does that imports it when it needs it."""
    retry = import_module(package)
    if package == "backoff":
        return retry.on_exception(retry.constant, TimeoutError, **CONSTANT)(lambda: search("q"))
    given = PATIENT if package == "stamina" else {"wait": retry.wait_fixed(LONG), "stop": retry.stop_after_attempt(3)}
    return retry.retry(**given)(lambda: search("q"))


@pytest.mark.parametrize("package", ["backoff", "stamina", "tenacity"])
def test_retry_code_that_is_imported_later_goes_on_at_once_too(trace, monkeypatch, package):
    for name in [name for name in sys.modules if name.partition(".")[0] in ("backoff", "stamina", "tenacity")]:
        monkeypatch.delitem(sys.modules, name)
    trace.without_waiting()
    trace.on(type="tool").raises(TimeoutError("late"), times=2)
    assert retried_by_a_late_import(package)() == "q"
    assert trace.retries[0].skipped_ms == 2 * LONG * 1e3


def test_an_sdk_tries_again_at_once(trace):
    trace.without_waiting()
    trace.on(type="llm").responds(429, times=2, headers={"retry-after": "50"})
    client(openai.OpenAI, whole(REPLY)).chat.completions.create(model="gpt-4o", messages=ASK)
    assert (trace.retries[0].attempts, trace.retries[0].skipped_ms) == (3, 100_000)


async def test_an_async_sdk_tries_again_at_once(trace):
    trace.without_waiting()
    trace.on(type="llm").responds(429, headers={"retry-after": "50"})
    await client(openai.AsyncOpenAI, whole(REPLY)).chat.completions.create(model="gpt-4o", messages=ASK)
    assert trace.retries[0].skipped_ms == 50_000


def test_other_sleeps_take_their_time(trace, monkeypatch):
    slept = []
    monkeypatch.setattr(time, "sleep", slept.append)
    trace.without_waiting()
    time.sleep(5)
    asyncio.run(asyncio.sleep(0.001))
    assert slept == [5]


def test_retry_code_waits_again_in_the_next_test(trace, monkeypatch):
    slept = []
    monkeypatch.setattr(tenacity.nap.time, "sleep", slept.append)
    trace.on("search").raises(TimeoutError("late"))
    assert RETRIED["tenacity"]() == "q"
    assert slept == [LONG]
    assert trace.retries[0].skipped_ms == 0

"""Whole projects that use Tracium or TraceLLM: no network, no key, no thread left, nothing lost on the first try."""

import shutil
from pathlib import Path
from typing import Any

import pytest

EXAMPLES = Path(__file__).parents[3] / "examples"

ALONE = """
import socket
import threading

import pytest

attempts = []


def refuse(*args, **kwargs):
    attempts.append(args)
    raise OSError("no network in this suite")


for name in ("connect", "connect_ex"):
    setattr(socket.socket, name, refuse)
socket.create_connection = socket.getaddrinfo = refuse


@pytest.fixture(autouse=True)
def no_connection_and_no_thread_is_left():
    before = set(threading.enumerate())
    del attempts[:]
    yield
    assert attempts == []
    assert set(threading.enumerate()) <= before
"""

TRACIUM = """
import asyncio

import tracium

client = tracium.init(auto_instrument_llm_clients=False, auto_instrument_langchain=False)


async def fetch(source):
    with tracium.span(span_type="retrieval", name=f"fetch_{source}") as span:
        span.record_output({"source": source})


async def main():
    async with client.agent_trace(agent_name="fetcher", metadata={"via": "web"}):
        await asyncio.gather(fetch("database"), fetch("api"))
"""

TRACELLM = """
import asyncio

from tracellm import trace, trace_tool
from tracellm.trace_stream import TraceStream


@trace_tool()
async def fetch(source):
    return {"source": source}


@trace(prompt="fetcher", api_key="tlm_sk_1")
async def main():
    with TraceStream("fetcher", "small-1") as live:
        live.emit("fetch", "both")
        await asyncio.gather(fetch("database"), fetch("api"))
"""

MANY = """
import asyncio

import pytest
from program import main


@pytest.mark.parametrize("number", range(100))
def test_fetches(trace, number):
    asyncio.run(main())
    assert [span.type for span in trace.spans] == ["agent", "{kind}", "{kind}"]
    assert [span.output for span in trace.find(type="{kind}")] == [{{"source": "database"}}, {{"source": "api"}}]
"""


@pytest.fixture
def offline(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    for name in ("TRACIUM_API_KEY", "TRACIUM_BASE_URL", "MONGO_URL", "DB_NAME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")  # what others load costs seconds
    pytester.makeconftest(ALONE)
    return pytester


def run(pytester: pytest.Pytester, *options: str) -> Any:
    plugins = ("-psyrupy", "-pxdist", "-ppytest_traces.plugin", "-pno:cacheprovider")
    return pytester.runpytest_subprocess(*plugins, "-q", *options)


def test_two_hundred_tests_on_two_workers_need_no_network_and_leave_no_thread(offline: pytest.Pytester) -> None:
    offline.makepyfile(
        program_tracium=TRACIUM,
        program_tracellm=TRACELLM,
        test_tracium=MANY.format(kind="retrieval").replace("program", "program_tracium"),
        test_tracellm=MANY.format(kind="tool").replace("program", "program_tracellm"),
    )
    run(offline, "-n", "2", "-W", "error").assert_outcomes(passed=200)


@pytest.mark.parametrize(
    "leak", ["urllib.request.urlopen('http://localhost:9')", "threading.Thread(target=time.sleep, args=[2]).start()"]
)
def test_such_a_suite_would_see_a_connection_or_a_thread(offline: pytest.Pytester, leak: str) -> None:
    offline.makepyfile(
        f"""
        import contextlib, threading, time, urllib.request

        def test_leaks():
            with contextlib.suppress(OSError):
                {leak}
        """
    )
    run(offline).assert_outcomes(passed=1, errors=1)


@pytest.mark.parametrize("framework", ["tracium", "tracellm"])
def test_the_program_of_the_document_is_captured_on_the_first_try(offline: pytest.Pytester, framework: str) -> None:
    shutil.copytree(EXAMPLES / framework, offline.path, ignore=shutil.ignore_patterns("__*__"), dirs_exist_ok=True)
    outcomes = run(offline, "-W", "error", "--snapshot-update").parseoutcomes()
    assert set(outcomes) == {"passed"}
    assert outcomes["passed"] >= 3


def test_the_programs_own_transport_still_gets_what_is_sent(offline: pytest.Pytester) -> None:
    offline.makepyfile(
        """
        import httpx
        import tracium

        def test_sends(trace):
            sent = []

            def backend(request):
                sent.append(request.url.path)
                return httpx.Response(200, json={"id": "trace-1"})

            client = tracium.init(
                api_key="sk_test_1",
                transport=httpx.MockTransport(backend),
                auto_instrument_llm_clients=False,
                auto_instrument_langchain=False,
            )
            with client.agent_trace(agent_name="desk"):
                pass
            client.close()
            assert sent[0] == "/agents/traces"
            assert trace.one("desk").call_id == "trace-1"
        """
    )
    run(offline).assert_outcomes(passed=1)


def test_a_suite_without_the_frameworks_imports_neither(offline: pytest.Pytester) -> None:
    offline.makepyfile(
        """
        import sys

        def test_nothing(request):
            loaded = {name.partition(".")[0] for name in sys.modules}
            assert not loaded & {"tracium", "tracellm", "app", "sdk"}
            assert not [name for name in sys.modules if name.startswith("pytest_traces.adapters.trac")]
        """
    )
    run(offline).assert_outcomes(passed=1)


FULL = TRACIUM.replace("auto_instrument_llm_clients=False, auto_instrument_langchain=False", "")
"""With everything patched that Tracium patches: model SDKs, LangChain, HTTP clients."""


@pytest.mark.parametrize("program", [FULL, TRACELLM], ids=["tracium", "tracellm"])
def test_a_program_that_a_conftest_file_imports_is_captured(offline: pytest.Pytester, program: str) -> None:
    offline.makepyfile(program=program)
    (offline.path / "conftest.py").write_text(f"import program\n{ALONE}")
    offline.makepyfile(
        """
        import asyncio
        from program import main

        def test_it(trace):
            asyncio.run(main())
            assert str(trace).startswith("agent fetcher\\n├─ ∥ ")
        """
    )
    run(offline, "-W", "error").assert_outcomes(passed=1)


def test_pools_keep_the_context_in_the_test_after_the_one_that_calls_init(offline: pytest.Pytester) -> None:
    offline.makepyfile(
        """
        from concurrent.futures import ThreadPoolExecutor

        import pytest
        import tracium

        def fetch():
            with tracium.span(span_type="retrieval", name="fetch"):
                pass

        @pytest.mark.parametrize("test", ["first", "second"])
        def test_it(trace, test):
            if test == "first":
                tracium.init(auto_instrument_llm_clients=False, auto_instrument_langchain=False)
            with ThreadPoolExecutor(1) as pool:
                pool.submit(int).result()  # its thread begins outside the trace
                with tracium.get_client().agent_trace(agent_name="desk"):
                    pool.submit(fetch).result()
            assert str(trace) == "agent desk\\n└─ retrieval fetch"
        """
    )
    run(offline).assert_outcomes(passed=2)

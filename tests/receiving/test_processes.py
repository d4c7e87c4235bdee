"""Processes that a test starts send their spans over a real connection, with the exporters that people use."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from opentelemetry.sdk.trace import TracerProvider

from pytest_traces import Trace
from pytest_traces.receiving.processes import receiving
from pytest_traces.runtime import JsonlTracingProvider, agent_trace, install, span
from pytest_traces.trace.fixture import TraceFixture

OTEL = """
import os, sys
from opentelemetry import propagate, trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

provider = TracerProvider()
provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
tracer = provider.get_tracer("shop")
above = propagate.extract({"traceparent": os.environ["TRACEPARENT"]}) if "propagate" in sys.argv else None
agent = {"gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": "clerk"}
tool = {"gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": "search"}
chat = {
    "gen_ai.operation.name": "chat",
    "gen_ai.request.model": "gpt-4o-mini",
    "gen_ai.usage.input_tokens": 100,
    "gen_ai.usage.output_tokens": 20,
}
with tracer.start_as_current_span("invoke_agent clerk", context=above, attributes=agent):
    with tracer.start_as_current_span("execute_tool search", attributes=tool):
        pass
    with tracer.start_as_current_span("chat", attributes=chat):
        pass
provider.shutdown()
"""

OWN = """
from pytest_traces.runtime import agent_trace, install, span

with install(), agent_trace(agent_name="clerk"):
    with span(span_type="tool", name="search", input={"q": "tea"}) as step:
        step.record_output(["green tea"])
"""

POST = """
import json, os, sys, urllib.request

for signal, body in json.loads(sys.argv[1]):
    url = os.environ[f"OTEL_EXPORTER_OTLP_{signal.upper()}_ENDPOINT"]
    request = urllib.request.Request(url, json.dumps(body).encode(), {"Content-Type": "application/json"})
    urllib.request.urlopen(request).read()
"""
"""What an exporter of any language does."""


@pytest.fixture(autouse=True)
def receiver() -> Iterator[None]:
    with receiving():
        yield


def python(code: str, *arguments: str, **options: Any) -> None:
    subprocess.run([sys.executable, "-c", dedent(code), *arguments], check=True, **options)


def post(*requests: tuple[str, Any]) -> None:
    python(POST, json.dumps(requests))


def spans(*rows: tuple[str, str, str, int, int], **more: Any) -> tuple[str, Any]:
    """Return a request: each row holds an id, the id above, a name, and times in seconds."""
    sent = [
        {
            "traceId": "ab" * 16,
            "spanId": f"{id:0>16}",
            "parentSpanId": f"{above:0>16}" if above else "",
            "name": name,
            "startTimeUnixNano": str(start * 10**9),
            "endTimeUnixNano": str(end * 10**9),
            "attributes": [{"key": "gen_ai.operation.name", "value": {"stringValue": "execute_tool"}}],
            **more,
        }
        for id, above, name, start, end in rows
    ]
    return "traces", {"resourceSpans": [{"scopeSpans": [{"spans": sent}]}]}


@pytest.mark.parametrize("arguments", [(), ("propagate",)], ids=["own trace", "the caller's trace"])
def test_spans_of_a_process_stand_below_the_call_that_started_it(
    trace: TraceFixture, arguments: tuple[str, ...]
) -> None:
    with agent_trace(agent_name="desk"):
        with span(span_type="tool", name="ask_clerk"):
            python(OTEL, *arguments)
        with span(span_type="tool", name="thank"):
            pass
    assert str(trace) == dedent("""\
        agent desk
        ├─ tool ask_clerk
        │  └─ agent clerk
        │     ├─ tool search
        │     └─ llm chat
        └─ tool thank""")
    assert trace.usage.input_tokens == 100
    assert trace.one("clerk").run_id == trace.one("desk").run_id
    assert trace.one("search").source == "shop"


def test_a_process_that_records_with_our_runtime_needs_no_opentelemetry(trace: TraceFixture) -> None:
    with span(span_type="tool", name="ask_clerk"):
        python(OWN)
    search = trace.one("ask_clerk").descendants.one("search")
    assert (search.input, search.output) == ({"q": "tea"}, ["green tea"])


def test_processes_one_after_the_other_are_in_order_and_processes_at_once_are_not(trace: TraceFixture) -> None:
    post(spans(("1", "", "first", 5, 6)))
    post(spans(("1", "", "second", 1, 2)))  # another machine's clock may be behind
    left, right = (
        subprocess.Popen([sys.executable, "-c", POST, json.dumps([spans(("1", "", name, start, start + 1))])])
        for name, start in (("left", 7), ("right", 9))
    )
    assert (left.wait(), right.wait()) == (0, 0)
    assert trace.span_tree() == "tool first\ntool second\n∥ tool left\n∥ tool right"


async def test_processes_that_a_loop_waits_for_are_side_by_side(trace: TraceFixture) -> None:
    async def ask(name: str) -> None:
        with span(span_type="tool", name=name):
            sent = json.dumps([spans(("1", "", f"in_{name}", 1, 2))])
            process = await asyncio.create_subprocess_exec(sys.executable, "-c", POST, sent)
            await process.wait()

    with agent_trace(agent_name="desk"):
        await asyncio.gather(ask("a"), ask("b"))
        await ask("c")
    assert str(trace) == dedent("""\
        agent desk
        ├─ ∥ tool a
        │  └─ tool in_a
        ├─ ∥ tool b
        │  └─ tool in_b
        └─ tool c
           └─ tool in_c""")


def test_within_a_process_overlap_decides(trace: TraceFixture) -> None:
    post(
        spans(
            ("1", "", "a", 1, 5),
            ("2", "", "b", 2, 3),
            ("3", "", "c", 6, 9),
            ("4", "3", "d", 6, 8),
            ("5", "3", "e", 7, 8),
        )
    )
    assert trace.span_tree() == "∥ tool a\n∥ tool b\ntool c\n├─ ∥ tool d\n└─ ∥ tool e"


def test_a_span_may_come_before_its_parent(trace: TraceFixture) -> None:
    post(spans(("2", "1", "inner", 2, 3)), spans(("1", "", "outer", 1, 4)), spans(("3", "1", "later", 5, 6)))
    assert trace.span_tree() == "tool outer\n├─ tool inner\n└─ tool later"


def test_a_span_whose_parent_still_runs_is_seen_and_moves_below_it_when_it_comes(trace: TraceFixture) -> None:
    code = POST.replace("json.loads(sys.argv[1])", "map(json.loads, sys.stdin)") + "    print(flush=True)"
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdin is not None
        assert server.stdout is not None
        drawn = []
        for sent in (
            spans(("2", "1", "inner", 2, 3)),
            spans(("3", "1", "second", 3, 4)),
            spans(("1", "", "outer", 1, 5)),
        ):
            print(json.dumps(sent), file=server.stdin, flush=True)
            server.stdout.readline()
            drawn.append(trace.span_tree())
        server.stdin.close()
    assert drawn == [
        "tool inner",
        "tool inner\ntool second",
        "tool outer\n├─ tool inner\n└─ tool second",
    ]
    assert [span.call_id for span in trace.spans] == [f"{id:0>16}" for id in "123"]


def test_a_span_whose_parent_never_comes_is_shown(trace: TraceFixture) -> None:
    with span(span_type="tool", name="run"):
        post(spans(("2", "1", "inner", 2, 3)))
    assert trace.span_tree() == "tool run\n└─ tool inner"


def test_log_records_are_events_of_their_span(trace: TraceFixture) -> None:
    log = {
        "traceId": "ab" * 16,
        "spanId": f"{'1':0>16}",
        "eventName": "cache.hit",
        "timeUnixNano": str(10**9),
        "body": {"stringValue": "tea"},
    }
    post(("logs", {"resourceLogs": [{"scopeLogs": [{"logRecords": [log]}]}]}), spans(("1", "", "search", 1, 2)))
    assert [event.type for event in trace.one("search").events] == ["start", "cache.hit", "output"]


def test_providers_of_the_test_get_what_a_process_sent(trace: TraceFixture, tmp_path: Path) -> None:
    with install(JsonlTracingProvider(tmp_path / "runs.jsonl")):
        post(spans(("1", "", "a", 1, 5), ("2", "1", "b", 2, 3)))
    assert Trace.load(tmp_path / "runs.jsonl").span_tree() == trace.span_tree() == "tool a\n└─ tool b"


def test_the_environment_of_the_program_is_kept(trace: TraceFixture) -> None:
    show = [sys.executable, "-c", "import json, os; print(json.dumps(dict(os.environ)))"]
    given = {
        **os.environ,
        "SHOP": "tea",
        "TRACEPARENT": f"00-{'1' * 32}-{'2' * 16}-01",
        "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "https://collector.example/v1/traces",
        "OTEL_SDK_DISABLED": "true",
    }
    seen = json.loads(subprocess.run(show, env=given, check=True, capture_output=True).stdout)
    assert seen["SHOP"] == "tea"
    assert seen["TRACEPARENT"] == given["TRACEPARENT"]
    assert seen["OTEL_SDK_DISABLED"] == "false"
    assert seen["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"].startswith("http://127.0.0.1:")
    by_position = subprocess.Popen(show, -1, None, None, subprocess.PIPE, None, None, True, False, None, given)
    assert json.loads(by_position.communicate()[0])["SHOP"] == "tea"
    assert "TRACEPARENT" not in os.environ
    assert trace.late == []


def test_a_process_that_is_killed_has_sent_what_had_ended(trace: TraceFixture) -> None:
    code = POST + "\nprint(flush=True)\nsys.stdin.read()"
    sent = json.dumps([spans(("2", "1", "inner", 2, 3))])
    process = subprocess.Popen([sys.executable, "-c", code, sent], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    with process:
        assert process.stdout is not None
        process.stdout.readline()
        process.kill()
    assert trace.span_tree() == "tool inner"


def test_a_process_that_goes_on_is_seen_while_it_runs(trace: TraceFixture) -> None:
    code = POST + "\nprint(flush=True)\nsys.stdin.read()"
    sent = json.dumps([spans(("1", "", "search", 1, 2))])
    with subprocess.Popen([sys.executable, "-c", code, sent], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        assert trace.span_tree() == "tool search"
        process.communicate(b"")


def test_a_server_that_reads_the_traceparent_of_a_request_stands_below_its_client(trace: TraceFixture) -> None:
    code = POST.replace("json.loads(sys.argv[1])", "map(json.loads, sys.stdin)") + "    print(flush=True)"
    tracer = TracerProvider().get_tracer("client")
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdin is not None
        assert server.stdout is not None
        for id, name in (("1", "first"), ("2", "second")):
            with tracer.start_as_current_span(name) as client:
                above = f"{client.get_span_context().span_id:x}"
                print(json.dumps(spans((id, above, "search", 1, 2))), file=server.stdin, flush=True)
                server.stdout.readline()
        assert trace.span_tree() == "span first\n└─ tool search\nspan second\n└─ tool search"
        server.stdin.close()

"""Kept traces are read by OpenTelemetry's own protocol buffers, and by us."""

from __future__ import annotations

import json

from google.protobuf.json_format import Parse
from opentelemetry.proto.trace.v1.trace_pb2 import TracesData

from pytest_traces.formats.otlp.lines import otlp_lines
from pytest_traces.trace.trace import Trace
from tests.builders import a_tree, agent, at_once, llm, tool

PROGRAM = agent(
    "weather",
    llm("gpt-4o-mini", tokens=(60, 12)),
    at_once(tool("geocode", input={"city": "Paris"}), tool("get_time")),
    tool("get_weather", error="TimeoutError: late", notes=[("retry", {"type": "TimeoutError"})]),
)


def as_opentelemetry_reads(line: str) -> TracesData:
    """Parse strictly: an unknown field or a wrong type of a value raises. In JSON its ids are hex, not base64."""
    body = json.loads(line)
    for span in (span for each in body["resourceSpans"] for scope in each["scopeSpans"] for span in scope["spans"]):
        assert len(bytes.fromhex(span["traceId"])) == 16
        assert len(bytes.fromhex(span["spanId"])) == 8
    return Parse(line, TracesData())


def test_each_line_is_what_the_protocol_calls_traces_data():
    [line] = otlp_lines(a_tree(PROGRAM), {"service.name": "pytest", "pytest_traces.attempt": 2})
    [resource] = as_opentelemetry_reads(line).resource_spans
    about = {pair.key: pair.value for pair in resource.resource.attributes}
    assert (about["service.name"].string_value, about["pytest_traces.attempt"].int_value) == ("pytest", 2)
    spans = resource.scope_spans[0].spans
    assert [span.name for span in spans] == ["weather", "gpt-4o-mini", "geocode", "get_time", "get_weather"]
    assert [event.name for event in spans[-1].events] == ["retry", "exception"]
    assert spans[-1].end_time_unix_nano - spans[-1].start_time_unix_nano == 20_000_000  # an event takes 10 ms too
    assert spans[-1].status.code == 2


def test_written_lines_are_read_back(tmp_path):
    tree = a_tree(PROGRAM)
    file = tmp_path / "a.jsonl"
    file.write_text("\n".join(otlp_lines(tree)), encoding="utf-8")
    assert list(Trace.load(file).spans) == list(tree.spans)


def test_a_long_trace_is_cut_into_lines_that_a_collector_takes(tmp_path):
    tree = a_tree(agent("a", *(tool("t", input={"text": "x" * 60_000}, output=number) for number in range(40))))
    lines = list(otlp_lines(tree))
    assert len(lines) == 10
    assert max(map(len, lines)) < 2**20
    assert sum(len(as_opentelemetry_reads(line).resource_spans[0].scope_spans[0].spans) for line in lines) == 41
    file = tmp_path / "a.jsonl"
    file.write_text("\n".join(lines), encoding="utf-8")
    assert [span.output for span in Trace.load(file).tools] == list(range(40))


def test_secrets_are_masked():
    [line] = otlp_lines(a_tree(tool("t", input={"api_key": "sk-proj-4f6Tq9Zr2LxW8bYc3NdM"})))
    assert "sk-proj" not in line


def test_half_a_character_is_written_as_its_escape():
    [line] = otlp_lines(a_tree(tool("t", output="K\ud83d")), {"test.case.name": "K\ud83d"})
    assert "\\ud83d" in line
    line.encode("utf-8")

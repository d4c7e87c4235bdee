"""What collectors and SDKs write in OTLP/JSON is read, whatever their spelling of it."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from google.protobuf.json_format import MessageToDict
from opentelemetry.exporter.otlp.proto.common.trace_encoder import encode_spans
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import StatusCode

from pytest_traces.errors import CorruptFile
from tests.formats.files import START_NS, TRACE_ID, load, load_text, one_span, only, otlp, otlp_span, span_id

WEATHER = "agent weather\n├─ llm gpt-4o\n└─ tool get_weather"


def weather_spans() -> list[dict]:
    chat = {"gen_ai.operation.name": "chat", "gen_ai.request.model": "gpt-4o", "gen_ai.usage.input_tokens": 32}
    return [
        otlp_span(1, "invoke_agent weather", attributes={"gen_ai.operation.name": "invoke_agent"}),
        otlp_span(2, "chat gpt-4o", parent=1, ms=1, attributes=chat),
        otlp_span(3, "execute_tool get_weather", parent=1, ms=20, attributes={"gen_ai.operation.name": "execute_tool"}),
    ]


def respelt(value: Any, spell: Any) -> Any:
    """The same JSON with its keys in another casing."""
    if isinstance(value, dict):
        return {spell(key): respelt(item, spell) for key, item in value.items()}
    return [respelt(item, spell) for item in value] if isinstance(value, list) else value


def snake(key: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in key)


def test_one_object_holds_a_trace(tmp_path):
    assert str(load(tmp_path, otlp(*weather_spans()))) == WEATHER


def test_an_object_may_be_indented(tmp_path):
    assert str(load_text(tmp_path, json.dumps(otlp(*weather_spans()), indent=2))) == WEATHER


def test_an_array_of_requests_is_one_trace(tmp_path):
    assert str(load(tmp_path, [otlp(span) for span in weather_spans()])) == WEATHER


def test_each_line_may_hold_a_request(tmp_path):
    assert str(load(tmp_path, *(otlp(span) for span in weather_spans()))) == WEATHER


def test_a_file_may_hold_bare_resource_spans(tmp_path):
    assert str(load(tmp_path, otlp(*weather_spans())["resourceSpans"][0])) == WEATHER


@pytest.mark.parametrize("spell", [snake, str.upper, lambda key: key[0].upper() + key[1:]])
def test_keys_may_have_any_casing(tmp_path, spell):
    assert str(load(tmp_path, respelt(otlp(*weather_spans()), spell))) == WEATHER


def test_the_scopes_of_older_exporters_are_read(tmp_path):
    scope = {"instrumentationLibrary": {"name": "old"}, "spans": weather_spans()}
    trace = load(tmp_path, {"resourceSpans": [{"instrumentationLibrarySpans": [scope]}]})
    assert (str(trace), trace.roots[0].source) == (WEATHER, "old")


def test_logs_and_metrics_between_the_lines_are_passed_over(tmp_path):
    assert str(load(tmp_path, {"resourceMetrics": []}, otlp(*weather_spans()), {"resourceLogs": []})) == WEATHER


def log(name: str, body: str, *, span: str = span_id(2), **fields: Any) -> dict:
    """A log record of the model call, as instrumentations write messages."""
    content = {"kvlistValue": {"values": [{"key": "content", "value": {"stringValue": body}}]}}
    record = {"timeUnixNano": str(START_NS + 2_000_000), "eventName": name, "body": content}
    return record | {"traceId": TRACE_ID, "spanId": span} | fields


def logs(*records: dict) -> dict:
    return {"resourceLogs": [{"scopeLogs": [{"scope": {"name": "my.scope"}, "logRecords": list(records)}]}]}


@pytest.mark.parametrize("turn", [1, -1])
def test_log_records_are_events_of_the_span_they_name(tmp_path, turn):
    older = {"key": "event.name", "value": {"stringValue": "gen_ai.choice"}}
    records = [log("gen_ai.user.message", "Hello"), log("", "Hi!", attributes=[older])]
    trace = load(tmp_path, *[otlp(*weather_spans()), logs(*records)][::turn])
    call = trace.one(type="llm")
    assert call.input == [{"role": "user", "content": "Hello"}]
    assert call.output == [{"content": "Hi!", "event.name": "gen_ai.choice"}]
    assert [event.type for event in call.events] == ["start", "gen_ai.user.message", "gen_ai.choice", "output"]


@pytest.mark.parametrize(
    "record", [log("", "a line"), log("x", "no span", span=""), log("x", "other", span=span_id(9))]
)
def test_log_records_that_name_no_span_of_the_file_are_passed_over(tmp_path, record):
    trace = load(tmp_path, otlp(*weather_spans()), logs(record))
    assert {event.type for event in trace.events} == {"start", "output"}


def test_a_log_record_with_a_strange_id_is_an_error(tmp_path):
    with pytest.raises(CorruptFile, match="line 1: a log record has spanid 'xyz', neither 16 hex digits nor base64"):
        load(tmp_path, logs(log("x", "y", span="xyz")))


def test_ids_in_base64_are_the_same_ids(tmp_path):
    spans = weather_spans()
    for span in spans:
        for key in {"traceId", "spanId", "parentSpanId"} & span.keys():
            span[key] = base64.b64encode(bytes.fromhex(span[key])).decode()
    trace = load(tmp_path, otlp(*spans))
    assert (str(trace), list(trace), trace.spans[0].run_id) == (WEATHER, [span_id(n) for n in (1, 2, 3)], TRACE_ID)


def test_ids_in_capitals_are_the_same_ids(tmp_path):
    child = {**otlp_span(0xBC, parent=0xAB), "parentSpanId": "00000000000000AB"}
    assert load(tmp_path, otlp(otlp_span(0xAB, "top"), child)).spans[1].parent.name == "top"


@pytest.mark.parametrize("parent", ["", "0000000000000000", "AAAAAAAAAAA=", None])
def test_an_empty_parent_id_makes_a_root(tmp_path, parent):
    assert only(load(tmp_path, otlp({**otlp_span(1), "parentSpanId": parent}))).parent_call_id is None


@pytest.mark.parametrize("id", ["xyz", "!", "0123", "QUJDREVGR0hJSktM", 7])
def test_an_id_that_is_neither_hex_nor_base64_is_an_error(tmp_path, id):
    with pytest.raises(CorruptFile) as failure:
        load(tmp_path, otlp(otlp_span(1)), otlp({**otlp_span(2, "chat"), "spanId": id}))
    assert str(failure.value) == (
        f"{tmp_path / 'trace.json'}, line 2: span 'chat' has spanid {id!r}, neither 16 hex digits nor base64\n\n"
        "hint: export the trace again"
    )


_ONES = "'" + "1" * 79  # a message shows 80 characters of a value
_DEEP = "span 'work': input is nested more than 100 levels deep"
FAILED = (2, "2", "STATUS_CODE_ERROR", "status_code_error", "ERROR", "Error")
FINE = (1, "STATUS_CODE_OK", "Ok", 0, "STATUS_CODE_UNSET", None)


@pytest.mark.parametrize(
    ("code", "status"), [*((code, "error") for code in FAILED), *((code, "success") for code in FINE)]
)
def test_enums_are_numbers_or_names(tmp_path, code, status):
    assert one_span(tmp_path, attributes={}, status={"code": code}).status == status


@pytest.mark.parametrize("code", [3, -1, "3", "FAILED", "STATUS_CODE_FAILED", True, 2.5, {"code": 2}])
def test_a_status_code_that_is_unknown_is_an_error_and_no_success(tmp_path, code):
    with pytest.raises(CorruptFile) as failure:
        one_span(tmp_path, attributes={}, status={"code": code})
    assert str(failure.value) == (
        f"{tmp_path / 'trace.json'}, line 1: span 'work' has the unknown status code {code!r}\n\n"
        "hint: known are 0 (UNSET), 1 (OK) and 2 (ERROR)"
    )


def test_typed_values_become_plain_json(tmp_path):
    value = {
        "kvlistValue": {
            "values": [
                {"key": "int", "value": {"intValue": "9007199254740993"}},
                {"key": "double", "value": {"doubleValue": 0.5}},
                {"key": "nan", "value": {"doubleValue": "NaN"}},
                {"key": "bool", "value": {"boolValue": False}},
                {"key": "bytes", "value": {"bytesValue": "AAEC"}},
                {"key": "list", "value": {"arrayValue": {"values": [{"intValue": 1}, {"stringValue": "two"}]}}},
                {"key": "nothing", "value": {}},
                {"key": "empty", "value": {"arrayValue": {}}},
            ]
        }
    }
    span = otlp_span(1) | {"attributes": [{"key": "all", "value": value}]}
    assert only(load(tmp_path, otlp(span))).attributes == {
        "all": {
            "int": 9007199254740993,
            "double": 0.5,
            "nan": "NaN",
            "bool": False,
            "bytes": "AAEC",
            "list": [1, "two"],
            "nothing": None,
            "empty": [],
        }
    }


def test_times_are_unix_milliseconds(tmp_path):
    span = one_span(tmp_path, attributes={})
    assert (span.t0, span.t1) == (START_NS / 1e6, START_NS / 1e6 + 10)


def test_a_span_without_an_end_still_runs(tmp_path):
    span = one_span(tmp_path, attributes={}, endTimeUnixNano="0")
    assert (span.status, span.t1) == ("running", None)


def test_a_span_that_ended_before_it_started_is_an_error(tmp_path):
    with pytest.raises(CorruptFile) as failure:
        one_span(tmp_path, attributes={}, endTimeUnixNano=str(START_NS - 5_000_000))
    what = "span 'work' ran from 1700000000000.0 to 1699999999995.0: it ended before it started"
    assert str(failure.value) == f"{tmp_path / 'trace.json'}, line 1: {what}\n\nhint: export the trace again"


def test_the_last_exception_is_the_error_and_keeps_its_place_as_an_event(tmp_path):
    raised = {
        "timeUnixNano": str(START_NS + 5_000_000),
        "name": "exception",
        "attributes": [
            {"key": "exception.type", "value": {"stringValue": "openai.RateLimitError"}},
            {"key": "exception.message", "value": {"stringValue": "slow down"}},
        ],
    }
    span = one_span(tmp_path, attributes={}, events=[raised], status={"code": 2, "message": "failed"})
    assert str(span.error) == "RateLimitError: slow down"
    assert [(event.type, event.payload) for event in span.events][1] == (
        "error",
        {"type": "openai.RateLimitError", "message": "slow down"},
    )


def test_a_failed_span_without_an_exception_has_the_error_its_status_tells(tmp_path):
    assert str(one_span(tmp_path, attributes={}, status={"code": 2, "message": "boom"}).error) == "Error: boom"


def test_an_exception_that_was_handled_is_no_error(tmp_path):
    span = one_span(tmp_path, attributes={}, events=[{"timeUnixNano": "5", "name": "exception"}])
    assert (span.status, span.error) == ("success", None)


def test_a_cancelled_task_is_cancelled_and_not_an_error(tmp_path):
    assert one_span(tmp_path, attributes={"error.type": "asyncio.exceptions.CancelledError"}).status == "cancelled"


@pytest.mark.parametrize(
    ("body", "what"),
    [
        ({"resourceSpans": {}}, "resourcespans is {}, expected a list"),
        ({"resourceSpans": [3]}, "a resource is 3, expected an object"),
        (otlp({"name": "x", "spanId": span_id(1)}), "span 'x' has no start time"),
        (otlp(otlp_span(1) | {"spanId": ""}), "span 'work' has no span id"),
        (otlp(otlp_span(1) | {"endTimeUnixNano": "soon"}), "endtimeunixnano is 'soon', expected an integer"),
        ([otlp(), {"other": 1}], "expected 'resourceSpans', found 'other'"),
        (otlp(otlp_span(1) | {"endTimeUnixNano": "1" * 400}), f"endtimeunixnano is {_ONES}, expected Unix nanoseconds"),
        (otlp(otlp_span(1) | {"endTimeUnixNano": "1" * 5000}), f"endtimeunixnano is {_ONES}, expected an integer"),
        (otlp(otlp_span(1, attributes={"input.value": "[" * 101 + "]" * 101})), _DEEP),
    ],
)
def test_a_document_that_is_not_otlp_is_refused_with_its_fault(tmp_path, body, what):
    with pytest.raises(CorruptFile) as failure:
        load(tmp_path, body)
    assert str(failure.value).splitlines()[0] == f"{tmp_path / 'trace.json'}, line 1: {what}"


def test_output_of_the_real_sdk_and_its_encoder_is_read(tmp_path):
    exporter, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    tracer = provider.get_tracer("real.scope")
    with tracer.start_as_current_span("invoke_agent weather", attributes={"gen_ai.operation.name": "invoke_agent"}):
        with tracer.start_as_current_span("chat gpt-4o", attributes={"gen_ai.operation.name": "chat"}) as chat:
            chat.set_attribute("gen_ai.usage.input_tokens", 32)
        with tracer.start_as_current_span("get_weather", attributes={"gen_ai.tool.name": "get_weather"}) as tool:
            tool.record_exception(TimeoutError("upstream timed out"))
            tool.set_status(StatusCode.ERROR)
    message = encode_spans(exporter.get_finished_spans())
    for preserve in (True, False):
        trace = load(tmp_path, MessageToDict(message, preserving_proto_field_name=preserve))
        assert str(trace) == f"{WEATHER} ✗ TimeoutError: upstream timed out"
        assert (trace.usage.input_tokens, trace.tools[0].source) == (32, "real.scope")


@pytest.mark.parametrize("name", ["skipped", "retry", "chunk", "error", "start", "output"])
def test_a_foreign_event_of_a_name_of_ours_carries_its_attributes(tmp_path, name):
    attributes = [{"key": "why", "value": {"stringValue": "busy"}}]
    event = {"name": name, "timeUnixNano": str(START_NS + 1_000_000), "attributes": attributes}
    assert one_span(tmp_path, attributes={}, events=[event]).events[1].payload == {"why": "busy"}

from __future__ import annotations

import pytest

from pytest_traces.errors import CorruptFile
from tests.formats.files import load, only

TRACE = "00000000000000001f2e3d4c5b6a7988"


def jaeger_span(id: str, name: str = "work", *, parent: str | None = None, tags=(), **fields) -> dict:
    references = [] if parent is None else [{"refType": "CHILD_OF", "traceID": TRACE, "spanID": parent}]
    return {
        "traceID": TRACE,
        "spanID": id,
        "operationName": name,
        "references": references,
        "startTime": 1_700_000_000_000_000,
        "duration": 2_500,
        "tags": list(tags),
        "logs": [],
        "processID": "p1",
        "warnings": None,
        **fields,
    }


def tag(key: str, value: object, type: str = "string") -> dict:
    return {"key": key, "type": type, "value": value}


def jaeger(*spans: dict) -> dict:
    processes = {"p1": {"serviceName": "weather-api", "tags": []}}
    return {"data": [{"traceID": TRACE, "spans": list(spans), "processes": processes}], "errors": None}


def test_an_answer_of_its_api_is_a_trace(tmp_path):
    agent = jaeger_span("a1", "invoke_agent weather", tags=[tag("gen_ai.operation.name", "invoke_agent")])
    tool = jaeger_span("a2", "execute_tool geocode", parent="a1", tags=[tag("gen_ai.operation.name", "execute_tool")])
    trace = load(tmp_path, jaeger(agent, tool))
    assert str(trace) == "agent weather\n└─ tool geocode"
    assert (trace.tools[0].elapsed, trace.tools[0].metadata) == (2.5, {"service": "weather-api"})


def test_a_trace_may_stand_alone_or_in_a_list(tmp_path):
    [trace] = jaeger(jaeger_span("a1"))["data"]
    assert load(tmp_path, trace).spans == load(tmp_path, [trace]).spans == load(tmp_path, {"data": [trace]}).spans


def test_ids_without_leading_zeros_are_the_same_ids(tmp_path):
    parent, child = jaeger_span("00000000000000a1"), jaeger_span("a2", parent="a1")
    assert load(tmp_path, jaeger(parent, child)).spans[1].parent_call_id == "00000000000000a1"


def test_a_span_that_follows_from_another_is_below_it(tmp_path):
    follows = {"refType": "FOLLOWS_FROM", "traceID": TRACE, "spanID": "a1"}
    trace = load(tmp_path, jaeger(jaeger_span("a1"), jaeger_span("a2", references=[follows])))
    assert trace.spans[1].parent == trace.spans[0]


def test_being_a_child_wins_over_following(tmp_path):
    references = [{"refType": kind, "traceID": TRACE, "spanID": id} for kind, id in _KINDS]
    spans = [jaeger_span("a1", "followed"), jaeger_span("a2", "parent"), jaeger_span("a3", references=references)]
    assert load(tmp_path, jaeger(*spans)).one("work").parent.name == "parent"


_KINDS = [("FOLLOWS_FROM", "a1"), ("CHILD_OF", "a2")]


def test_a_reference_to_another_trace_is_a_link_and_no_parent(tmp_path):
    elsewhere = [{"refType": "CHILD_OF", "traceID": "99", "spanID": "a1"}]
    trace = load(tmp_path, jaeger(jaeger_span("a1"), jaeger_span("a2", references=elsewhere)))
    assert trace.spans[1].parent_call_id is None


def test_tags_are_typed(tmp_path):
    tags = [tag("count", 3, "int64"), tag("big", "9007199254740993", "int64"), tag("share", "0.5", "float64")]
    tags += [tag("yes", "true", "bool"), tag("no", False, "bool"), tag("odd", "many", "int64")]
    tags += [tag("nan", "NaN", "float64")]
    assert only(load(tmp_path, jaeger(jaeger_span("a1", tags=tags)))).attributes == {
        "count": 3,
        "big": 9007199254740993,
        "share": 0.5,
        "yes": True,
        "no": False,
        "odd": "many",
        "nan": "nan",
    }


@pytest.mark.parametrize(
    ("tags", "status"),
    [
        ([tag("error", True, "bool")], "error"),
        ([tag("error", "true")], "error"),
        ([tag("error", False, "bool")], "success"),
        ([tag("error", "")], "success"),
        ([tag("error", "no rain today")], "error"),
        ([tag("error", 1, "int64")], "error"),
        ([tag("otel.status_code", "UNSET")], "success"),
        ([tag("otel.status_code", "unset"), tag("error.type", "KeyError")], "error"),
        ([tag("otel.status_code", "ERROR")], "error"),
        ([tag("otel.status_code", "OK"), tag("error", True, "bool")], "success"),
        ([], "success"),
    ],
)
def test_its_tags_tell_whether_a_span_failed(tmp_path, tags, status):
    assert only(load(tmp_path, jaeger(jaeger_span("a1", tags=tags)))).status == status


def test_an_error_tag_may_hold_the_message(tmp_path):
    assert (
        str(only(load(tmp_path, jaeger(jaeger_span("a1", tags=[tag("error", "no rain")])))).error) == "Error: no rain"
    )


@pytest.mark.parametrize("code", ["FAILED", 2, "STATUS_CODE_ERROR", ""])
def test_a_status_code_that_is_unknown_is_an_error_and_no_success(tmp_path, code):
    with pytest.raises(CorruptFile) as failure:
        load(tmp_path, jaeger(jaeger_span("a1", tags=[tag("otel.status_code", code)])))
    what = f"span 'work' has the unknown otel.status_code {code!r}"
    assert str(failure.value) == f"{tmp_path / 'trace.json'}, line 1: {what}\n\nhint: known are UNSET, OK, ERROR"


def test_logs_are_events(tmp_path):
    logs = [
        {"timestamp": 1_700_000_000_001_000, "fields": [tag("event", "exception"), tag("exception.type", "KeyError")]},
        {"timestamp": 1_700_000_000_002_000, "fields": [tag("message", "cache miss")]},
    ]
    span = only(load(tmp_path, jaeger(jaeger_span("a1", logs=logs, tags=[tag("error", True, "bool")]))))
    assert [event.type for event in span.events] == ["start", "error", "cache miss", "output"]
    assert (span.events[1].t - span.t0, str(span.error)) == (1.0, "KeyError")


@pytest.mark.parametrize("key", ["otel.scope.name", "otel.library.name"])
def test_the_scope_is_the_source(tmp_path, key):
    assert only(load(tmp_path, jaeger(jaeger_span("a1", tags=[tag(key, "my.scope")])))).source == "my.scope"
    assert only(load(tmp_path, jaeger(jaeger_span("a1")))).source == "jaeger"


_BACKWARDS = "span 'work' ran from 1700000000000.0 to 1699999999998.0: it ended before it started"


@pytest.mark.parametrize(
    ("body", "what"),
    [
        (
            {"data": None, "errors": [{"msg": "trace not found"}]},
            "Jaeger found no trace and answered [{'msg': 'trace not found'}]",
        ),
        ({"data": {}}, "data is {}, expected a list"),
        ({"data": [{"traceID": "1"}]}, "expected a trace with 'spans', found {'traceID': '1'}"),
        (jaeger(7), "expected a span, found 7"),
        (jaeger(jaeger_span("a1", tags=[3])), "expected a tag, found 3"),
        (jaeger(jaeger_span("a1", logs=[3])), "expected a log, found 3"),
        (jaeger(jaeger_span("a1", references=[3])), "expected a reference, found 3"),
        (jaeger(jaeger_span("a1", process=3, processID=[1])), "expected a process, found 3"),
        ({"data": [{"spans": [], "processes": [3]}]}, "expected processes, found [3]"),
        (jaeger(jaeger_span("a1", duration=-2_000)), _BACKWARDS),
        (jaeger(jaeger_span("a1", duration=10**400)), f"duration is 1{'0' * 79}, expected microseconds"),
        (jaeger({"operationName": "x"}), "span 'x' has no spanID"),
        (jaeger(jaeger_span("a1", duration=None)), "duration is None, expected microseconds"),
    ],
)
def test_a_document_that_is_not_jaeger_is_refused_with_its_fault(tmp_path, body, what):
    with pytest.raises(CorruptFile) as failure:
        load(tmp_path, body)
    assert str(failure.value).splitlines()[0] == f"{tmp_path / 'trace.json'}, line 1: {what}"

"""Lines of ours that were edited wrongly are refused, each with what is wrong."""

from __future__ import annotations

import pytest

from pytest_traces.errors import CorruptFile
from pytest_traces.model.consumption.model_usage import UNITS as USAGE_UNITS
from tests.formats.files import HEADER, LANE, SPAN, load, nested

_STATUS = (
    "span 'geocode': status is 'completed', "
    "Input should be 'running', 'success', 'error', 'cancelled', 'timeout' or 'blocked'"
)


_DEEP_EVENT = "span 'geocode': a 'retry' event is nested more than 100 levels deep"


_EVENT = (
    "event without a type or time: {'kind': 'event', 'type': 'retry', 'call_id': 'geocode-1', 't': None, 'payload':"
)


IN, COST = "m/x:input_tokens", "m/x:cost_usd"
CHILD = SPAN | {"call_id": "c", "parent_call_id": "geocode-1"}


EVENT = {"kind": "event", "type": "retry", "call_id": "geocode-1", "t": 1.0, "payload": None, "clock": 2}


@pytest.mark.parametrize(
    ("line", "lines", "what"),
    [
        (1, [HEADER | {"version": 2}], "format version 2, expected 1"),
        (1, [{"format": "pytest-traces"}], "format version None, expected 1"),
        (2, [HEADER, 3], "expected a lane, span or event, found 3"),
        (2, [HEADER, {"kind": "spam"}], "expected a lane, span or event, found {'kind': 'spam'}"),
        (2, [HEADER, SPAN], "lane 0 was never opened"),
        (
            2,
            [HEADER, LANE | {"spawned": "fibre"}],
            "a lane is spawned as 'fibre', expected one of root, task, thread, process, unseen",
        ),
        (2, [HEADER, LANE | {"parent": 7}], "lane 7 was never opened"),
        (
            3,
            [HEADER, LANE, {"kind": "heard", "lane": 0, "of": 3}],
            "of is 3, expected triples of numbers",
        ),
        (3, [HEADER, LANE, {"kind": "heard", "lane": 8, "of": []}], "lane 8 was never opened"),
        (3, [HEADER, LANE, SPAN | {"started": "1"}], "started is '1', expected a whole number"),
        (3, [HEADER, LANE, SPAN | {"after": "x"}], "after is 'x', expected a list of call ids"),
        (3, [HEADER, LANE, SPAN | {"started": 10**400}], f"started is 1{'0' * 79}, expected a whole number"),
        (3, [HEADER, LANE, SPAN | {"ended": 0}], "span 'geocode' started at 1 and ended before that, at 0"),
        (3, [HEADER, LANE, SPAN | {"own_usage": {"rows": "7"}}], "usage is {'rows': '7'}, expected counts by name"),
        (3, [HEADER, LANE, SPAN | {"own_usage": {"rows": 1.5}}], "rows of span 'geocode' is 1.5, expected a count"),
        (
            3,
            [HEADER, LANE, SPAN | {"own_usage": {IN: -5}}],
            "m/x:input_tokens of span 'geocode' is -5, expected a count",
        ),
        (
            3,
            [HEADER, LANE, SPAN | {"own_usage": {IN: 0.5}}],
            "m/x:input_tokens of span 'geocode' is 0.5, expected a count",
        ),
        (
            3,
            [HEADER, LANE, SPAN | {"own_usage": {COST: -1.0}}],
            "m/x:cost_usd of span 'geocode' is -1.0, expected a cost",
        ),
        (
            3,
            [HEADER, LANE, SPAN | {"own_usage": {IN: 10**400}}],
            f"{IN} of span 'geocode' is too large, expected a count",
        ),
        (
            3,
            [HEADER, LANE, SPAN | {"own_usage": {IN: 1e300}}],
            f"{IN} of span 'geocode' is 1.000e+300, expected a count",
        ),
        (3, [HEADER, LANE, SPAN | {"t0": 99.0}], "span 'geocode' ran from 99.0 to 10.0: it ended before it started"),
        (3, [HEADER, LANE, SPAN | {"input": nested(101)}], "span 'geocode': input is nested more than 100 levels deep"),
        (3, [HEADER, LANE, SPAN | {"status": "completed"}], _STATUS),
        (3, [HEADER, LANE, SPAN | {"t0": "nan"}], "span 'geocode' ran from nan to 10.0, expected Unix milliseconds"),
        (4, [HEADER, LANE, SPAN, SPAN], "span 'geocode' has the id of span 'geocode' (line 3)"),
        (4, [HEADER, LANE, SPAN, CHILD], "span 'geocode' started before its parent 'geocode'"),
        (4, [HEADER, LANE, SPAN, EVENT | {"call_id": "x"}], "event 'retry' belongs to the unknown call 'x'"),
        (4, [HEADER, LANE, SPAN, EVENT | {"t": None}], _EVENT),
        (
            4,
            [HEADER, LANE, SPAN, EVENT | {"t": 10**400}],
            f"event without a type or time: {str(EVENT | {'t': 10**400})[:80]}",
        ),
        (3, [HEADER, LANE, SPAN, EVENT | {"payload": nested(101)}], _DEEP_EVENT),
    ],
)
def test_a_line_that_cannot_be_read_is_refused_with_its_fault(tmp_path, line, lines, what):
    with pytest.raises(CorruptFile) as failure:
        load(tmp_path, *lines)
    assert str(failure.value).splitlines()[0] == f"{tmp_path / 'trace.json'}, line {line}: {what}"


SPAN_KEYS = (
    "acted, after, attributes, call_id, ended, error, input, kind, lane, metadata, model, name, output, own_usage, "
    "parent_call_id, path, retry_of, run_id, source, started, status, t0, t1, tags, type"
)


UNITS = ", ".join(USAGE_UNITS)


AGREE = "record the trace again, or make both agree"


@pytest.mark.parametrize(
    ("line", "lines", "what", "hint"),
    [
        (1, [HEADER | {"by": "me"}], "unknown key 'by' of the header", "known are format, version"),
        (
            2,
            [HEADER, LANE | {"clok": 1}],
            "unknown key 'clok' of this lane; did you mean 'clock'?",
            "known are clock, id, kind, parent, spawned",
        ),
        (
            3,
            [HEADER, LANE, SPAN | {"eror": {"type": "TimeoutError"}}],
            "unknown key 'eror' of span 'geocode'; did you mean 'error'?",
            f"known are {SPAN_KEYS}",
        ),
        (
            3,
            [HEADER, LANE, SPAN | {"status": "error", "error": {"type": "E", "mesage": "no"}}],
            "unknown key 'mesage' of the error of span 'geocode'; did you mean 'message'?",
            "known are message, traceback, type",
        ),
        (
            4,
            [HEADER, LANE, SPAN, EVENT | {"paylod": {}}],
            "unknown key 'paylod' of this event; did you mean 'payload'?",
            "known are call_id, clock, kind, payload, t, type",
        ),
        (
            3,
            [HEADER, LANE, {"kind": "heard", "lane": 0, "of": [], "off": []}],
            "unknown key 'off' of this heard; did you mean 'of'?",
            "known are kind, lane, of",
        ),
        (
            3,
            [HEADER, LANE, SPAN | {"own_usage": {"m/x:input_token": 900}}],
            "unknown unit 'input_token' of the usage of span 'geocode'; did you mean 'input_tokens'?",
            f"known are {UNITS}",
        ),
        (
            3,
            [HEADER, LANE, SPAN | {"t1": None}],
            "span 'geocode': status is 'success', but t1, its end, is missing",
            AGREE,
        ),
        (
            3,
            [HEADER, LANE, SPAN | {"status": "running"}],
            "span 'geocode': status is 'running', but it ended: t1 is 10.0",
            AGREE,
        ),
        (
            3,
            [HEADER, LANE, SPAN | {"error": {"type": "TimeoutError", "message": "late"}}],
            "span 'geocode': status is 'success', but it has the error 'TimeoutError: late'",
            AGREE,
        ),
    ],
)
def test_a_wrong_edit_is_refused_and_never_left_unread(tmp_path, line, lines, what, hint):
    with pytest.raises(CorruptFile) as failure:
        load(tmp_path, *lines)
    assert str(failure.value) == f"{tmp_path / 'trace.json'}, line {line}: {what}\n\nhint: {hint}"

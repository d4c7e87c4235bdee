"""What a test acted on is marked in trees, snapshots and files."""

from __future__ import annotations

import json

from pytest_traces.conventions.writing import write_span
from pytest_traces.drawing.details import draw_details
from pytest_traces.formats.jsonl.writing import HEADER, encode_rows
from pytest_traces.formats.otlp.writing import encode_otlp
from pytest_traces.snapshots.comparing.explain import explain_tree
from pytest_traces.snapshots.normalising.masks import Masks
from pytest_traces.snapshots.normalising.scrubber import Scrubber
from pytest_traces.snapshots.text.lines import span_fields
from pytest_traces.snapshots.writing.events import events_text
from pytest_traces.trace.trace import Trace
from tests.builders import a_trace, a_tree, agent, tool

FAILED = {"input": {"city": "Paris"}, "error": "TimeoutError: late"}


def test_the_tree_shows_what_a_test_did():
    trace = a_trace(agent("weather", tool("geocode", acted="returns"), tool("get_weather", **FAILED, acted="raises")))
    assert str(trace).splitlines() == [
        "agent weather",
        "├─ tool geocode   ⚡ returns",
        "└─ tool get_weather ✗ TimeoutError: late   ⚡ raises",
    ]


def test_the_report_of_a_failed_test_shows_it_last():
    tree = a_tree(tool("get_weather", **FAILED, acted="raises", ms=7.0))
    assert draw_details(tree, width=76) == (
        'tool get_weather {"city": "Paris"} ✗ TimeoutError: late   ⚡ raises      7 ms'
    )


def test_a_snapshot_holds_the_mark_before_the_attempt():
    trace = a_trace(tool("get_weather", **FAILED, acted="raises"), tool("get_weather", **FAILED, acted="raises"))
    assert trace.span_tree().splitlines() == [
        'tool get_weather {"city": "Paris"} ✗ TimeoutError: late   ⚡ raises',
        'tool get_weather {"city": "Paris"} ✗ TimeoutError: late   ⚡ raises   attempt 2',
    ]


def test_an_act_that_goes_away_changes_the_snapshot():
    stored, received = "tool pay 1 → 2   ⚡ returns", "tool pay 1 → 2"
    explanation = explain_tree(stored, received)
    assert f"{explanation.headline}\n{explanation.body}" == (
        "1 edit: 1 span changed\n~ tool pay\n      acted: returns → nothing"
    )


def test_a_value_that_reads_like_the_mark_is_none():
    assert span_fields('tool say "a   ⚡ raises"') == {"type": "tool", "name": "say", "input": '"a   ⚡ raises"'}


def test_the_events_of_a_span_begin_with_the_mark():
    text = events_text(a_tree(tool("pay", acted="raises", error="E: no")), Masks(), Scrubber(0.0))
    assert text == "start tool pay   ⚡ raises\n  output ✗ E: no"


def test_files_keep_it(tmp_path):
    tree = a_tree(tool("pay", acted="delays"))
    lines, otlp = tmp_path / "trace.jsonl", tmp_path / "trace.json"
    lines.write_text("\n".join(json.dumps(row) for row in [HEADER, *encode_rows(tree)]))
    otlp.write_text(json.dumps(encode_otlp(tree.spans)))
    assert [Trace.load(path).one("pay").acted for path in (lines, otlp)] == ["delays", "delays"]
    assert write_span(tree.spans[0])["pytest_traces.acted"] == "delays"

from __future__ import annotations

import pytest

from pytest_traces.errors import CorruptFile, EmptyTrace
from tests.formats.files import TRACE_ID, load, otlp, otlp_span, span_id


def test_spans_may_come_in_any_order(tmp_path):
    spans = [otlp_span(1, "top"), otlp_span(2, "a", parent=1, ms=1), otlp_span(3, "b", parent=1, ms=20)]
    assert str(load(tmp_path, otlp(*reversed(spans)))) == "span top\n├─ span a\n└─ span b"


def test_a_span_whose_parent_was_not_exported_is_a_root(tmp_path):
    assert load(tmp_path, otlp(otlp_span(1, parent=9))).roots.names == ["work"]


def test_a_child_whose_clock_runs_behind_still_comes_after_its_parent(tmp_path):
    trace = load(tmp_path, otlp(otlp_span(2, "child", parent=1, ms=-500), otlp_span(1, "parent")))
    assert trace.spans.names == ["parent", "child"]
    assert [(event.type, event.path) for event in trace.events] == [
        ("start", "parent"),
        ("start", "parent.child"),
        ("output", "parent.child"),
        ("output", "parent"),
    ]


def test_order_falls_back_on_overlap_in_time(tmp_path):
    spans = [otlp_span(1, "top"), *(otlp_span(n, f"s{n}", parent=1, ms=ms) for n, ms in [(2, 0), (3, 5), (4, 15)])]
    trace = load(tmp_path, otlp(*spans))
    assert str(trace) == "span top\n├─ ∥ span s2\n├─ ∥ span s3\n└─ span s4"
    assert [span.stamp for span in trace.spans] == [None] * 4


def test_a_span_exported_twice_is_one_span(tmp_path):
    assert len(load(tmp_path, otlp(otlp_span(1)), otlp(otlp_span(1)))) == 1


@pytest.mark.parametrize("turn", [1, -1])
def test_the_ended_version_of_a_span_replaces_the_open_one(tmp_path, turn):
    versions = [otlp_span(1) | {"endTimeUnixNano": "0"}, otlp_span(1)][::turn]
    [span] = load(tmp_path, *(otlp(version) for version in versions)).spans
    assert span.status == "success"


def test_two_spans_of_one_id_are_an_error(tmp_path):
    with pytest.raises(CorruptFile) as failure:
        load(tmp_path, otlp(otlp_span(1, "one")), otlp(otlp_span(1, "other")))
    what = f"span 'other' has the id '{span_id(1)}' of span 'one' (line 1)"
    assert str(failure.value) == f"{tmp_path / 'trace.json'}, line 2: {what}\n\nhint: export the trace again"


def test_two_traces_may_use_the_same_span_ids(tmp_path):
    other = "a" * 32
    spans = [otlp_span(1, "one"), otlp_span(2, "two", parent=1)]
    trace = load(tmp_path, otlp(*spans, *({**span, "traceId": other} for span in spans)))
    assert [span.parent.call_id for span in trace.find("two")] == [f"{TRACE_ID}:{span_id(1)}", f"{other}:{span_id(1)}"]
    assert [run.run_id for run in trace.runs] == [TRACE_ID, other]


@pytest.mark.parametrize("size", [1, 2, 500])
def test_a_circle_of_parents_is_an_error_and_never_a_hang(tmp_path, size):
    spans = [otlp_span(n, f"s{n}", parent=n % size + 1) for n in range(1, size + 1)]
    with pytest.raises(CorruptFile) as failure:
        load(tmp_path, otlp(otlp_span(999, "innocent"), *spans))
    assert str(failure.value).splitlines()[0] == f"{tmp_path / 'trace.json'}, line 1: span 's1' is its own ancestor"


def test_a_tree_may_be_deep(tmp_path):
    depth = 5_000
    spans = [otlp_span(n, parent=n - 1 or None) for n in range(1, depth + 1)]
    assert load(tmp_path, otlp(*reversed(spans))).spans[-1].depth == depth - 1


def test_paths_and_runs_are_derived(tmp_path):
    span = load(tmp_path, otlp(otlp_span(1, "agent"), otlp_span(2, "llm", parent=1))).spans[1]
    assert (span.path, span.run_id) == ("agent.llm", TRACE_ID)


def test_a_file_without_spans_is_an_empty_trace_that_no_query_passes(tmp_path):
    trace = load(tmp_path, {"resourceSpans": []})
    with pytest.raises(EmptyTrace) as failure:
        trace.find("anything")
    assert f"the file {str(tmp_path / 'trace.json')!r} holds no spans" in str(failure.value)

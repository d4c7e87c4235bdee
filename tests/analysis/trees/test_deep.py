"""Spans that are never closed nest: however many, a trace of them stays small, and is asked and drawn as any other."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pytest_traces.formats.jsonl.writing import HEADER, encode_rows
from pytest_traces.model.tree import SpanTree
from pytest_traces.runtime.harvest.tree import harvest
from pytest_traces.runtime.lanes.session import recording
from pytest_traces.runtime.recording.recorder import Recorder
from pytest_traces.runtime.tracing.spans import span
from pytest_traces.trace.trace import Trace

DEEP = 3_000


def nested(count: int) -> SpanTree:
    with recording(Recorder("a test")) as recorder:
        steps = [span(span_type="tool", name=f"step_{at}") for at in range(count)]
        for step in steps:
            step.__enter__()
        return harvest(recorder)


@pytest.fixture(scope="module")
def tree() -> SpanTree:
    return nested(DEEP)


def test_paths_are_kept_up_to_a_length_and_follow_from_the_spans_above(tree: SpanTree) -> None:
    assert max(len(one.kept_path or "") for one in tree.spans) < 1_100
    assert sum(len(one.kept_path or "") for one in tree.spans) < 100_000
    for at in (0, 5, 150, DEEP - 1):
        assert tree.spans[at].path == ".".join(f"step_{number}" for number in range(at + 1))


def test_events_keep_no_longer_paths(tree: SpanTree) -> None:
    assert sum(len(event.__dict__.get("path", "")) for event in tree.events) < 200_000
    assert tree.events[-1].path == tree.spans[-1].path
    assert repr(tree.events[-1]) == f"<start {tree.spans[-1].path}>"


def test_a_deep_tree_is_not_indented_without_end(tree: SpanTree) -> None:
    lines = str(Trace(tree)).splitlines()
    assert max(map(len, lines)) < 400
    assert lines[100].strip() == "└─ tool step_100 [running]"
    assert lines[2_000].strip() == "└─ (2000 deep) tool step_2000 [running]"


def test_a_deep_trace_answers_queries_as_any_other(tree: SpanTree) -> None:
    trace = Trace(tree)
    last = trace.one(f"step_{DEEP - 1}", path=f"*.step_{DEEP - 2}.step_{DEEP - 1}")
    assert (last.depth, last.parent, trace.status) == (DEEP - 1, f"step_{DEEP - 2}", "running")
    trace.assert_never("delete_user")


def test_a_file_of_it_is_small_and_reads_back(tmp_path: Path) -> None:
    tree = nested(500)
    written = "\n".join(map(json.dumps, (HEADER, *encode_rows(tree))))
    assert len(written) < 500 * 1_500
    file = tmp_path / "deep.jsonl"
    file.write_text(written, "utf-8")
    assert [one.path for one in Trace.load(file).spans] == [one.path for one in tree.spans]

"""A tree grows from plain drafts, whatever recorded or read them."""

from __future__ import annotations

from typing import Any

from pytest_traces.analysis.trees.drafts import Draft, Note
from pytest_traces.analysis.trees.tree import build_tree
from pytest_traces.model.span import SpanData


def draft(name: str, started: int, *, below: str | None = None, **fields: Any) -> Draft:
    """A span that took one logical tick; its name is its call id."""
    empty = {field: info.get_default(call_default_factory=True) for field, info in SpanData.model_fields.items()}
    given = {"name": name, "type": "tool", "call_id": name, "parent_call_id": below, "t0": 0.0, "t1": 1.0}
    unknown = {"path": None, "run_id": None, "usage": None, "status": "success"}
    return Draft({**empty, **given, **unknown, **fields}, started, started + 1, None)


def test_spans_come_in_the_order_of_their_starts():
    assert [span.name for span in build_tree([draft("b", 3), draft("a", 1)]).spans] == ["a", "b"]


def test_path_and_run_are_those_of_the_span_above():
    tree = build_tree([draft("top", 1), draft("middle", 2, below="top"), draft("leaf", 3, below="middle")])
    assert [(span.path, span.run_id) for span in tree.spans] == [
        ("top", "top"),
        ("top.middle", "top"),
        ("top.middle.leaf", "top"),
    ]


def test_a_known_path_and_run_stay():
    tree = build_tree([draft("top", 1), draft("leaf", 2, below="top", path="elsewhere.leaf", run_id="run-7")])
    assert (tree.spans[1].path, tree.spans[1].run_id) == ("elsewhere.leaf", "run-7")


def test_a_span_whose_parent_is_in_no_draft_is_a_root():
    tree = build_tree([draft("leaf", 1, below="lost", path="lost.leaf", run_id="run-7")])
    assert [span.path for span in tree.roots] == ["lost.leaf"]


def test_events_are_merged_by_logical_time():
    notes = [Note("a", "retry", 0.5, {}, 2), Note("nowhere", "x", 0.5, None, 2)]
    started, ended = draft("a", 1), draft("b", 4)
    started.ended = 3
    tree = build_tree([started, ended], lambda: notes)
    assert [(event.call_id, event.type) for event in tree.events] == [
        ("a", "start"),
        ("a", "retry"),
        ("a", "output"),
        ("b", "start"),
        ("b", "output"),
    ]
    assert [event.type for event in tree.noted] == ["retry"]


def test_a_running_span_has_no_output_event():
    running = draft("a", 1, t1=None, status="running")
    running.ended = None
    assert [event.type for event in build_tree([running]).events] == ["start"]


def test_a_step_of_a_framework_is_left_out_and_kept_in_the_whole_tree():
    step = draft("loop", 2, below="top", type="chain")
    step.machinery = True
    tree = build_tree([draft("top", 1), step, draft("leaf", 3, below="loop")])
    assert [(span.name, span.path) for span in tree.spans] == [("top", "top"), ("leaf", "top.leaf")]
    assert [span.path for span in tree.whole.spans] == ["top", "top.loop", "top.loop.leaf"]

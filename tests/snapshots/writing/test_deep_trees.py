"""A recursion that goes very deep: its snapshot stays small, and no change below what is shown is hidden."""

from __future__ import annotations

import re
import uuid
from typing import Any

import pytest

from pytest_traces.drawing.tree import DEEPEST
from pytest_traces.model.tree import SpanTree
from pytest_traces.runtime.harvest.tree import harvest
from pytest_traces.runtime.lanes.session import recording
from pytest_traces.runtime.recording.recorder import Recorder
from pytest_traces.runtime.tracing.spans import span
from pytest_traces.snapshots.comparing.explain import explain
from pytest_traces.snapshots.normalising.masks import Masks
from pytest_traces.snapshots.normalising.scrubber import Scrubber
from pytest_traces.snapshots.writing.events import events_text
from pytest_traces.snapshots.writing.span_tree import span_tree_text

DEEP, SHOWN = 300, DEEPEST + 1
both = pytest.mark.parametrize("write", [span_tree_text, events_text])


def nested(depth: int = DEEP, *, last: str = "step", value: Any = 1) -> SpanTree:
    with recording(Recorder("a test")) as recorder:
        steps = [span(span_type="tool", name="step") for _ in range(depth - 1)]
        steps.append(span(span_type="tool", name=last, input={"n": value}))
        for step in steps:
            step.__enter__()
        for step in reversed(steps):
            step.chunk(f"done {value if step is steps[-1] else 0}")
            step.__exit__(None, None, None)
    return harvest(recorder)


def text(write: Any, tree: SpanTree) -> str:
    return str(write(tree, Masks(), Scrubber(tree.spans[0].t0)))


@both
def test_a_deep_snapshot_grows_no_further(write: Any) -> None:
    deep, deeper = (text(write, nested(depth)) for depth in (DEEP, 5 * DEEP))
    assert f'"spans": {DEEP - SHOWN}}}' in deep
    assert f'"spans": {5 * DEEP - SHOWN}}}' in deeper
    assert len(deep.splitlines()) == len(deeper.splitlines())


def test_as_many_levels_as_are_shown_are_shown_whole() -> None:
    assert "digest" not in text(span_tree_text, nested(SHOWN))


@pytest.mark.parametrize("change", [{"last": "stop"}, {"value": 2}])
def test_a_change_far_below_is_one_edit(change: Any) -> None:
    before, after = text(span_tree_text, nested()), text(span_tree_text, nested(**change))
    headline, body = explain("span_tree", before, after)
    assert headline == "1 edit: 1 span changed"
    assert f"deeper.input.digest: {digest(before)} → {digest(after)}" in body
    assert f"… {SHOWN - 10} unchanged" in body
    before, after = text(events_text, nested()), text(events_text, nested(**change))
    assert explain("events", before, after)[0] == "1 edit: 1 event changed"


def digest(text: str) -> str:
    [found] = re.findall('"digest": ("[0-9a-f]{8}")', text)
    return str(found)


@both
def test_ids_that_each_run_makes_change_nothing(write: Any) -> None:
    assert text(write, nested(value=None)) == text(write, nested(value=None))
    ids = [_with_an_id(write), _with_an_id(write)]
    assert ids[0] == ids[1]


def _with_an_id(write: Any) -> str:
    with recording(Recorder("an id is made")):
        made = str(uuid.uuid4())
    return text(write, nested(value=made))

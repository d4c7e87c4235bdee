"""The committed events: each span's in causal order, streams folded into what they said."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_traces.errors import UnknownCondition
from pytest_traces.snapshots.comparing.explain import explain_tree
from pytest_traces.snapshots.normalising.masks import Masks
from pytest_traces.snapshots.normalising.scrubber import Scrubber
from pytest_traces.snapshots.text.lines import event_fields
from pytest_traces.snapshots.writing.events import events_text
from tests.builders import a_tree, agent, at_once, llm, tool


def events(*steps: Any, chunks: bool = False, **masks: Any) -> list[str]:
    return events_text(a_tree(*steps), Masks(**masks), Scrubber(0.0), chunks=chunks).splitlines()


def test_events_inside_a_span_stand_below_its_start() -> None:
    program = agent(
        "weather",
        llm("gpt", chunks=["Let ", "me see"]),
        at_once(tool("geocode"), tool("get_time", error="E: late")),
        tool("ask", notes=[("approval", {"by": "Ann"})], status="cancelled"),
    )
    assert events(program) == [
        "start agent weather",
        "  start llm gpt",
        '    chunk "Let me see"',
        "    output",
        "  ∥ start tool geocode",
        "    output",
        "  ∥ start tool get_time",
        "    output ✗ E: late",
        "  start tool ask",
        '    approval {"by": "Ann"}',
        "    output [cancelled]",
        "  output",
    ]


def test_the_chunks_of_a_provider_are_told_only_when_asked_for() -> None:
    assert events(llm("m", chunks=["a", "b"])) == events(llm("m", chunks=["ab"]))
    assert events(llm("m", chunks=["a", "b"]), chunks=True) == ["start llm m", '  chunk "a"', '  chunk "b"', "  output"]


def test_payloads_are_left_out_and_masked_by_the_type_of_the_event() -> None:
    program = llm("m", notes=[("approval", {"id": 7, "by": "Ann"}), ("other", {"id": 7})], error="E: x")
    assert events(program, ignore=["approval.payload.by", "m.error"], replace={"payload.id": "number"}) == [
        "start llm m",
        '  approval {"id": "<number>"}',
        '  other {"id": "<number>"}',
        "  output",
    ]


def test_a_path_that_leads_nowhere_is_a_typo() -> None:
    with pytest.raises(UnknownCondition, match=r"did you mean 'approval\.payload\.id'"):
        events(llm("m", notes=[("approval", {"id": 7})]), ignore="aproval.payload.id")


def test_ids_that_order_concurrent_events_do_not_decide_by_chance() -> None:
    one, other = "550e8400-e29b-41d4-a716-446655440001", "550e8400-e29b-41d4-a716-446655440002"
    texts = {
        tuple(events(at_once(*(tool("t", notes=[("made", id)]) for id in order)), tool("u", notes=[("used", one)])))
        for order in ((one, other), (other, one))
    }
    assert len(texts) == 1


def test_running_side_by_side_instead_of_in_order_is_one_edit() -> None:
    together, apart = (
        "\n".join(events(agent("a", *steps)))
        for steps in ([at_once(tool("b", notes=[("n", 1)]), tool("c"))], [tool("b", notes=[("n", 1)]), tool("c")])
    )
    assert explain_tree(together, apart, "event").headline == "1 edit: 1 order changed"


@pytest.mark.parametrize(
    ("line", "fields"),
    [
        ("start tool t", {"event": "start", "type": "tool", "name": "t"}),
        ('chunk "a b"', {"event": "chunk", "payload": '"a b"'}),
        ("retry", {"event": "retry"}),
        ('"odd type" {"a": 1}', {"event": '"odd type"', "payload": '{"a": 1}'}),
        ("output ✗ E: x [timeout]", {"event": "output", "status": "timeout", "error": "E: x"}),
    ],
)
def test_a_line_reads_back_field_by_field(line: str, fields: dict[str, str]) -> None:
    assert event_fields(line) == fields

"""The committed tree: what a line holds, and what orders lines."""

from __future__ import annotations

import itertools
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_traces.snapshots.comparing.explain import explain_tree
from pytest_traces.snapshots.normalising.masks import Masks
from pytest_traces.snapshots.text.lines import attempt_of, span_fields
from pytest_traces.snapshots.writing.span_tree import span_parts
from tests.builders import a_trace, agent, at_once, llm, span, tool

X, Y, Z = (f"call_aB3dE5gH7jK9mN1pQ3sT5vX{digit}" for digit in "123")  # as OpenAI issues them


def test_a_line_holds_what_the_program_decides() -> None:
    trace = a_trace(
        agent(
            "weather",
            llm("gpt", tokens=(60, 12), output="Let me see", metadata={"try": 1}),
            tool("get_weather", input={"city": "Paris"}, error="TimeoutError: late"),
            tool("get_weather", input={"city": "Paris"}, output={"temp": 21}),
            tool("odd name", input=None, output="", error="E: 3   attempt 2"),
            span("plan", "think", status="cancelled"),
        )
    )
    assert trace.span_tree().splitlines() == [
        "agent weather",
        "├─ llm gpt",
        '├─ tool get_weather {"city": "Paris"} ✗ TimeoutError: late',
        '├─ tool get_weather {"city": "Paris"} → {"temp": 21}   attempt 2',
        '├─ tool "odd name" → "" ✗ "E: 3   attempt 2"',
        "└─ plan think [cancelled]",
    ]


def test_included_fields_stand_before_the_attempt() -> None:
    trace = a_trace(tool("t", error="E"), tool("t", metadata={"k": 1}, tags=("a",)))
    assert trace.span_tree(include=["metadata", "tags"]).splitlines()[1] == (
        'tool t   tags=["a"]   metadata={"k": 1}   attempt 2'
    )


def test_two_concurrent_calls_on_two_ids_are_ordered_by_what_happens_to_these_ids() -> None:
    texts = {
        a_trace(
            at_once(*(tool("open", output={"id": id}) for id in order)),
            tool("read", input={"id": X}),
            tool("close", input={"id": Y}),
        ).span_tree()
        for order in itertools.permutations([X, Y, Z])
    }
    [text] = texts
    assert number_of(text, "read") != number_of(text, "close")


def test_two_ids_that_only_the_order_of_later_calls_tells_apart_are_told_apart() -> None:
    texts = {
        a_trace(
            at_once(*(tool("open", output={"id": id}) for id in order)),
            *(tool("read", input={"id": id}) for id in (X, Y)),
        ).span_tree()
        for order in ((X, Y), (Y, X))
    }
    assert len(texts) == 1


def test_using_another_id_is_a_change() -> None:
    old, new = (a_trace(tool("a", input=[X]), tool("b", input=[Y]), tool("c", input=[id])).span_tree() for id in (X, Y))
    assert explain_tree(old, new).body.splitlines()[-1].strip() == 'c.input.0: "<id-1>" → "<id-2>"'


def test_an_error_never_ends_in_a_space() -> None:
    assert a_trace(tool("t", error="E: late ")).span_tree() == 'tool t ✗ "E: late "'


def test_ids_side_by_side_are_numbered_by_what_they_say_and_then_by_who_came_first() -> None:
    for a, b in itertools.permutations([X, Y]):
        trace = a_trace(
            tool("submit", output={a: "queued", b: "queued"}), tool("poll", input={"id": a}), tool("cancel", input=b)
        )
        assert trace.span_tree().splitlines() == [
            'tool submit → {"<id-1>": "queued", "<id-2>": "queued"}',
            'tool poll {"id": "<id-1>"}',
            'tool cancel "<id-2>"',
        ]


def test_items_of_a_set_are_ordered_without_their_ids() -> None:
    for a, b in itertools.permutations([X, Y]):
        trace = a_trace(tool("submit", output={(a, "b"), (b, "a")}), tool("cancel", input=a))
        assert trace.span_tree().splitlines() == [
            'tool submit → [["<id-1>", "a"], ["<id-2>", "b"]]',
            'tool cancel "<id-2>"',
        ]


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=200), lambda inside: st.lists(inside, max_size=3)
)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(
    st.text(min_size=1, max_size=12), VALUES, VALUES, st.none() | st.text(max_size=30),
    st.sampled_from(["success", "error", "timeout"]), st.none() | st.integers(2, 9),
)  # fmt: skip
def test_a_line_reads_back_field_by_field(
    name: str, came: Any, went: Any, error: str | None, status: str, attempt: int | None
) -> None:
    fields = {"input": came, "output": went, "status": status}
    step = tool(name, **fields, **({} if error is None else {"error": f"E: {error}"}), model="m")
    [one] = a_trace(step).spans
    line = "".join(span_parts(one, Masks(include=["model"]), str, attempt).values())
    bare, read_attempt = attempt_of(line)
    read = span_fields(bare)
    assert read_attempt == attempt
    assert list(read) == [
        *("type", "name"),
        *(field for field, value in (("input", came), ("output", went)) if value is not None),
        *(["status"] if f" [{status}]" in line and "status" in read else []),
        *(["error"] if error is not None else []),
        "model",
    ]
    assert read["model"] == '"m"'


def number_of(text: str, name: str) -> str:
    [line] = [line for line in text.splitlines() if f"tool {name} " in line]
    return line.partition("<id-")[2].partition(">")[0]

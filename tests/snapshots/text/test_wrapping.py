"""What does not fit beside its span stands below it, and reads back as what was written."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pytest_traces.snapshots.comparing.explain import explain_tree
from pytest_traces.snapshots.text.lines import Fields, Reader, event_fields, line_parts, span_fields
from pytest_traces.snapshots.text.tree import Node, parse_tree
from pytest_traces.snapshots.text.wrapping import WIDTH, wrap
from pytest_traces.trace.options import TraceOptions
from pytest_traces.trace.snapshots import TraceText
from tests.builders import a_trace, agent, at_once, llm, span, tool

X, Y = (f"call_aB3dE5gH7jK9mN1pQ3sT5vX{digit}" for digit in "12")  # as OpenAI issues them
LONG = "Goods can be sent back within 30 days, if the seal is whole and the bill is there. Postage is not."
TICKET = {
    "customer": {"email": "ann@example.com", "name": "Ann"},
    "lines": [{"note": LONG, "qty": 1}, {"note": "", "qty": 3}],
    "sizes": list(range(100, 130)),
}


def test_a_value_that_does_not_fit_stands_below_its_span_one_path_a_line() -> None:
    text = a_trace(
        agent(
            "desk",
            span("retrieval", "search", input={"query": "refund?"}, output=[{"id": 7, "text": LONG}]),
            at_once(tool("mail", llm("m"), input=LONG, output="sent"), tool("ticket", input=TICKET, output=4711)),
        )
    ).span_tree()
    assert text == (
        """\
agent desk
├─ retrieval search {"query": "refund?"}
│      output.0.id: 7
│      output.0.text:
│        | Goods can be sent back within 30 days, if the seal is whole and the bill is there. \\
│        | Postage is not.
├─ ∥ tool mail
│  │   input:
│  │     | Goods can be sent back within 30 days, if the seal is whole and the bill is there. \\
│  │     | Postage is not.
│  │   output: "sent"
│  └─ llm m
└─ ∥ tool ticket
       input.customer: {"email": "ann@example.com", "name": "Ann"}
       input.lines.0.note:
         | Goods can be sent back within 30 days, if the seal is whole and the bill is there. \\
         | Postage is not.
       input.lines.0.qty: 1
       input.lines.1: {"note": "", "qty": 3}
       input.sizes:
         > [100, 101, 102, 103, 104, 105, 106, 107, 108, 109, 110, 111, 112, 113, 114, 115, 116, \\
         > 117, 118, 119, 120, 121, 122, 123, 124, 125, 126, 127, 128, 129]
       output: 4711"""
    )


def test_status_and_attempt_stay_beside_their_span() -> None:
    trace = a_trace(tool("t", input=LONG, error=f"E: {LONG}"), tool("t", input=LONG, status="cancelled"))
    assert trace.span_tree() == (
        """\
tool t
    input:
      | Goods can be sent back within 30 days, if the seal is whole and the bill is there. \\
      | Postage is not.
    error:
      | E: Goods can be sent back within 30 days, if the seal is whole and the bill is there. \\
      | Postage is not.
tool t [cancelled]   attempt 2
    input:
      | Goods can be sent back within 30 days, if the seal is whole and the bill is there. \\
      | Postage is not."""
    )


def test_a_name_that_is_too_long_stands_below_too() -> None:
    text = a_trace(agent("a", tool(LONG + LONG, input=1))).span_tree()
    [root] = parse_tree(text, {}).children
    assert text.splitlines()[1:3] == ["└─ tool …", "       name:"]
    assert root.children[0].name == LONG + LONG


def test_beyond_its_limit_a_text_is_head_tail_length_and_digest() -> None:
    text = wrap(f'tool t "{"a" * 300}"', span_fields, limit=100)
    assert text.splitlines() == [
        "tool t",
        "    input:",
        f"      | {'a' * 50}\\",
        "      | …⟨300 chars a5de59a0⟩…\\",
        f"      | {'a' * 50}",
    ]


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.text(min_size=250, max_size=2_000), st.data())
def test_one_changed_character_changes_a_cut_text(text: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(text) - 1))
    changed = text[:at] + ("a" if text[at] != "a" else "b") + text[at + 1 :]
    for around in ("%s", '{"deep": [%s, %s]}'):
        before, after = (around.replace("%s", written(one)) for one in (text, changed))
        assert wrap(f"tool t {before}", span_fields, limit=200) != wrap(f"tool t {after}", span_fields, limit=200)


def test_two_ids_that_were_exchanged_in_what_is_cut_change_its_digest() -> None:
    def text(*ids: str) -> str:
        cut = f"{LONG} {ids[0]} then {ids[1]} {LONG}"
        return TraceText(
            a_trace(tool("a", output=X), tool("b", output=Y), tool("c", output=cut))._scope(),
            TraceOptions(text_limit=100),
            {},
        ).draw("span_tree", {})

    assert text(X, Y) != text(Y, X)
    assert re.search(r"\| …⟨\d+ chars \w{8}⟩…", text(X, Y))


def test_a_secret_at_the_cut_goes_whole() -> None:
    secret = "sk-" + "1Ab9Zx7Qw3Er5Ty8" * 2
    for filler in range(940, 1010):
        assert "1Ab9" not in a_trace(tool("t", output="x " * (filler // 2) + secret + " tail" * 900)).span_tree()


def test_a_value_twenty_times_as_long_as_a_text_is_cut_as_a_whole() -> None:
    rows = [{"number": number, "word": "x" * 20} for number in range(200)]
    changed = [*rows[:150], {"number": 150, "word": "x" * 19 + "y"}, *rows[151:]]
    one, other = (wrap(f"tool t {written(value)}", span_fields, limit=100) for value in (rows, changed))
    assert [line for line in one.splitlines() if "chars" in line] == ["      > …⟨9,690 chars 437c298a⟩…\\"]
    assert len(one.splitlines()) == 5
    assert explain_tree(one, other).headline == "1 edit: 1 span changed"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=250),
    lambda inside: st.lists(inside, max_size=6) | st.dictionaries(st.text(max_size=40), inside, max_size=6),
    max_leaves=30,
)
ERRORS = st.text(st.characters(exclude_characters='\n\r\t⟨⟩[]\\"', exclude_categories=["C"]), min_size=1, max_size=200)


def nodes(text: str, read: Reader) -> list[Node]:
    found, waiting = [], parse_tree(text, {}, read).children
    while waiting:
        node = waiting.pop(0)
        found.append(node)
        waiting = [*node.children, *waiting]
    return found


def read_back(line: str, read: Reader) -> Fields:
    """Wrap a line among others, and return what its node says."""
    indent = "├─ " if read is span_fields else "  "
    text = wrap(
        "\n".join(["agent a", indent + line, "└─ llm z" if indent == "├─ " else "  output"]), read, limit=10_000
    )
    assert all(len(row) <= WIDTH + 20 for row in text.split("\n"))
    assert [len(nodes(text, read)), nodes(text, read)[0].content] == [3, "agent a"]
    return nodes(text, read)[1].fields


def written(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def test_a_lone_null_that_stands_below_its_span_is_a_block() -> None:
    line = f"tool t {written('x' * 120)} → null"
    assert wrap(line, span_fields).splitlines()[-2:] == ["    output:", "      > null"]
    assert read_back(line, span_fields)["output"] == "null"


@settings(max_examples=200, deadline=None, derandomize=True)
@given(JSON, JSON)
@example({"0": ["x" * 99]}, {"a.b": {"": "y" * 99}, "c": {}, "d": []})
@example("├─ tool x\n│\n   └─ y" * 9, ["- │ " * 40])
@example({"k" * 150: [1, {"q": "v" * 200}]}, [[[["x" * 120]]]])
def test_every_value_reads_back_as_it_was_written(given: Any, returned: Any) -> None:
    line = f"tool t {written(given)} → {written(returned)}   metadata={written({'m': given})}"
    assert read_back(line, span_fields) == {
        "type": "tool",
        "name": "t",
        "input": written(given),
        "output": written(returned),
        "metadata": written({"m": given}),
    }
    assert read_back(f"chunk {written(given)}", event_fields) == {"event": "chunk", "payload": written(given)}


@settings(max_examples=100, deadline=None, derandomize=True)
@given(JSON, JSON)
def test_a_line_of_known_parts_is_laid_out_as_one_that_is_read(given: Any, returned: Any) -> None:
    line = f"tool t {written(given)} → {written(returned)}   metadata={written({'m': given})}"
    known = {line: line_parts(span_fields(line))}
    assert wrap(f"└─ ∥ {line}   attempt 2", span_fields, known) == wrap(f"└─ ∥ {line}   attempt 2", span_fields)


DRAWN = a_trace(
    agent(
        "desk",
        span("retrieval", "search", input={"query": "refund?"}, output=[{"id": 7, "text": LONG}]),
        at_once(tool("mail", llm("m"), input=LONG, output="sent"), tool("ticket", input=TICKET, error=f"E: {LONG}")),
    )
).span_tree()


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.data())
def test_a_text_that_was_edited_by_hand_is_compared_all_the_same(data: st.DataObject) -> None:
    lines = DRAWN.split("\n")
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(lines) - 1))
        edit = data.draw(st.sampled_from(["drop", "double", "cut", "text", "indent"]))
        line = lines[at]
        cut = data.draw(st.integers(0, len(line)))
        kept = {"drop": [], "double": [line, line], "cut": [line[:cut]], "text": [line, "    what: is: this"]}
        lines[at : at + 1] = kept.get(edit, [f"   {line}"]) or ["x"]
    edited = "\n".join(lines)
    assert explain_tree(DRAWN, edited).edits >= (edited != DRAWN)
    assert explain_tree(edited, DRAWN).edits >= (edited != DRAWN)


def test_a_text_of_a_hundred_thousand_letters_reads_back() -> None:
    text = "word and. " * 10_000
    wrapped = wrap(f"tool t {written(text)}", span_fields, limit=1_000_000)
    assert nodes(wrapped, span_fields)[0].fields["input"] == written(text)


@pytest.mark.parametrize("said", ["E: " + "x y " * 60, '"E: ' + "[x]\\n" * 60 + '"', "<any>" * 50])
def test_every_error_reads_back_as_it_was_drawn(said: str) -> None:
    said = said.strip()
    assert read_back(f"tool t ✗ {said}", span_fields)["error"] == said
    assert read_back(f"output ✗ {said}", event_fields) == {"event": "output", "error": said}

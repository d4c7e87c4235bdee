"""A drawn text reads back as the tree it was drawn from."""

from __future__ import annotations

from pytest_traces.snapshots.comparing.aligning.subsequence import common
from pytest_traces.snapshots.comparing.order import places, relation
from pytest_traces.snapshots.text.lines import attempt_of, span_fields
from pytest_traces.snapshots.text.tree import Node, Shapes, parse_tree
from tests.builders import a_trace, agent, at_once, llm, tool


def nested(node: Node) -> list[object]:
    return [(child.marks, child.content, *nested(child)) for child in node.children]


def test_lines_become_nodes_with_their_marks_and_children() -> None:
    text = a_trace(
        agent("a", tool("b", llm("c")), at_once([tool("d"), llm("e")], tool("f")), at_once(tool("g"), tool("h")))
    ).span_tree()
    [root] = nested(parse_tree(text, {}))
    assert root == (
        "",
        "agent a",
        ("", "tool b", ("", "llm c")),
        ("∥", "tool d"),
        ("∥ ↳", "llm e"),
        ("∥", "tool f"),
        ("then ∥", "tool g"),
        ("∥", "tool h"),
    )


def test_equal_subtrees_have_one_shape_also_across_two_texts() -> None:
    shapes: Shapes = {}
    [old] = parse_tree("agent a\n├─ ∥ tool t\n└─ ∥ tool u", shapes).children
    [new] = parse_tree("agent a\n├─ tool t\n└─ tool u", shapes).children
    assert [one.shape for one in old.children] == [one.shape for one in new.children]
    assert old.shape != new.shape  # their children stand to one another otherwise
    assert (old.size, new.size) == (3, 3)


def test_an_attempt_is_no_part_of_a_shape_but_of_what_is_drawn() -> None:
    shapes: Shapes = {}
    [old] = parse_tree("agent a\n└─ tool t", shapes).children
    [new] = parse_tree("agent a\n└─ tool t   attempt 2", shapes).children
    assert (old.shape == new.shape, old.drawn == new.drawn) == (True, False)


def test_the_text_of_a_value_is_never_read_as_something_else() -> None:
    line = 'tool t {"q": " → ✗ E [error]   model=1   attempt 3"} → "   attempt 4"   model="x   tags=[]"'
    assert attempt_of(line) == (line, None)
    assert span_fields(line) == {
        "type": "tool",
        "name": "t",
        "input": '{"q": " → ✗ E [error]   model=1   attempt 3"}',
        "output": '"   attempt 4"',
        "model": '"x   tags=[]"',
    }


def test_a_line_written_by_hand_is_one_field() -> None:
    assert span_fields("what is this") == {"type": "what", "name": "is", "input": "this"}
    assert span_fields("hello") == {"line": "hello"}


def test_marks_tell_how_siblings_stand_to_one_another() -> None:
    text = "a a\n∥ a b\n∥ ↳ a c\n∥ a d\nthen ∥ a e\n∥ ∥ a f\n∥ ↳ ∥ a g\na h"
    nodes = {node.name: node for node in parse_tree(text, {}).children}
    place = places(list(nodes.values()))

    def told(one: str, other: str) -> str:
        return relation(place[nodes[one]], place[nodes[other]])

    assert [told("a", "b"), told("b", "c"), told("b", "d"), told("c", "d")] == ["before", "before", "beside", "beside"]
    assert [told("d", "e"), told("e", "f"), told("f", "g"), told("h", "g")] == ["before", "beside", "beside", "after"]


def test_a_longest_common_subsequence_leaves_as_few_single_as_can_be() -> None:
    assert [old for old, _ in common("xabcy", "xbcaz")] == [0, 2, 3]
    assert common("", "abc") == []
    assert common("abc", "abc") == [(0, 0), (1, 1), (2, 2)]
    assert len(common("abcabba", "cbabac")) == 4
    assert common(["a"] * 1_000, ["b"] * 1_000) == []

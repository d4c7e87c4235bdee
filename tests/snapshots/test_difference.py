"""How two lines of one span differ: short, and with the path to paste."""

from __future__ import annotations

import pytest

from pytest_traces.snapshots.comparing.fields import differences
from pytest_traces.snapshots.text.lines import event_fields, span_fields
from pytest_traces.snapshots.text.paths import FieldPath
from pytest_traces.snapshots.text.tree import Node


def differ(old: str, new: str) -> list[str]:
    return differences(Node("", old, None, span_fields), Node("", new, None, span_fields))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("tool t → 1", "tool t → 2", ["t.output: 1 → 2"]),
        ("tool t", "tool t → 2", ["t.output: nothing → 2"]),
        ('tool t {"a": {"b": [1, 2]}}', 'tool t {"a": {"b": [1, 3]}}', ["t.input.a.b.1: 2 → 3"]),
        ('tool t {"a": 1}', 'tool t {"b": 1}', ["t.input.a: 1 → nothing", "t.input.b: nothing → 1"]),
        ('tool t {"a.b": 1}', 'tool t {"a.b": 2}', ['t.input."a.b": 1 → 2']),
        ("tool t ✗ E: x", "tool t ✗ E: y", ["t.error.message: x → y"]),
        ("tool t ✗ E: x", "tool t ✗ F: x", ["t.error: E: x → F: x"]),
        ("tool t [running]", "tool t", ["t.status: running → nothing"]),
        ("tool t", "llm t", ["type: tool → llm"]),
        ("tool t", 'tool "t u"', ['name: t → "t u"']),
        ('llm m   model="a"', 'llm m   model="b"', ['m.model: "a" → "b"']),
        ('tool t {"n": 1}', 'tool t {"n": 1.0}', ["t.input.n: 1 → 1.0"]),
        ('tool t {"n": true}', 'tool t {"n": 1}', ["t.input.n: true → 1"]),
        ('tool t {"__n": 1}', 'tool t {"__n": 2}', ["t.input.__n: 1 → 2"]),
        ("tool t [1, 1, 2]", "tool t [1, 2, 2]", ["t.input.1: 1 → 2"]),
    ],
)  # fmt: skip
def test_each_field_that_differs_is_told_by_its_path(old: str, new: str, said: list[str]) -> None:
    assert differ(old, new) == said


def test_a_long_text_is_told_by_its_changed_part() -> None:
    words = "word " * 40
    [said] = differ(f'tool t "{words}north {words}"', f'tool t "{words}south {words}"')
    assert said == (
        "t.input: …ord word word word word north word word word word w… "
        "→ …ord word word word word south word word word word w…"
    )


def test_many_differences_are_counted() -> None:
    old, new = (str([number + shift for number in range(20)]) for shift in (0, 100))
    assert differ(f"tool t {old}", f"tool t {new}")[-1] == "… 12 more differences"


def test_every_printed_path_is_one_that_ignore_takes() -> None:
    [said] = differ('tool "a b" {"x.y": [{"*": 1}]}', 'tool "a b" {"x.y": [{"*": 2}]}')
    path = said.partition(": ")[0]
    assert path == 'a b.input."x.y".0."*"'
    edited, hits = FieldPath(path).edit({"input": {"x.y": [{"*": 1, "b": 2}]}}, lambda value: "masked")
    assert (edited, hits) == ({"input": {"x.y": [{"*": "masked", "b": 2}]}}, 1)


def test_an_event_is_told_by_its_type() -> None:
    old, new = (Node("", f'approval {{"id": {number}}}', None, event_fields) for number in (1, 2))
    assert differences(old, new) == ["approval.payload.id: 1 → 2"]

"""How two lines of one span differ: short, and with the path to paste."""

from __future__ import annotations

import json
import re

import pytest

from pytest_traces.snapshots.comparing.fields import differences, rows
from pytest_traces.snapshots.normalising.masks import Masks
from pytest_traces.snapshots.text.lines import event_fields, span_fields
from pytest_traces.snapshots.text.paths import FieldPath
from pytest_traces.snapshots.text.tree import Node


def differ(old: str, new: str) -> list[str]:
    return rows(differences(Node("", old, None, span_fields), Node("", new, None, span_fields)))


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
    assert differ(f'tool t "{words}north {words}"', f'tool t "{words}south {words}"') == [
        "t.input:",
        "  - …word word word word north word word word word…",
        "  + …word word word word south word word word word…",
    ]


def test_each_changed_part_of_a_long_text_is_told() -> None:
    policy = "Goods go back within 30 days. The seal must be whole, and the bill in the box. Half is refunded at once."
    changed = policy.replace("30", "60").replace("Half", "A quarter")
    assert differ(f'tool t "{policy}"', f'tool t "{changed}"') == [
        "t.input:",
        '  - "Goods go back within 30 days. The seal must be…',
        '  + "Goods go back within 60 days. The seal must be…',
        "t.input:",
        '  - …the bill in the box. Half is refunded at once."',
        '  + …the bill in the box. A quarter is refunded at once."',
    ]


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
    assert rows(differences(old, new)) == ["approval.payload.id: 1 → 2"]


ONE, OTHER = "550e8400-e29b-41d4-a716-446655440000", "9b2f1c3e-0000-4bbb-8ccc-123456789abc"


@pytest.mark.parametrize(
    ("old", "new", "mask"),
    [
        (f'"{ONE}"', f'"{OTHER}"', '"uuid"'),
        ('"req-1f2e3d4c"', '"req-1b6a7988"', 're.compile(r"req-[0-9a-f]{8}")'),
        ('"order_AB12cd34ef.json"', '"order_99X2cd34ef.json"', 're.compile(r"order_[0-9A-Za-z]{10}\\.json")'),
        ('"http://127.0.0.1:54321/v1"', '"http://127.0.0.1:54399/v1"', 're.compile(r"http://127\\.0\\.0\\.1:\\d+/v1")'),
        ('"Task-1"', '"Task-12"', 're.compile(r"Task-\\d+")'),
        ('"V1StGXR8_Z5jdHi6B-myT"', '"K1StGXR8_a5jdHi6B-m99"', 're.compile(r"[\\w-]+")'),
        ('"2026-01-01T00:00:00"', '"2026-01-02T00:00:00"', '"timestamp"'),
        ("1561971600", "1561971699", '"timestamp"'),
        ("0.7123456789123", "0.1223456789123", '"number"'),
    ],
)
def test_a_difference_that_looks_like_an_id_is_told_with_the_mask_to_paste(old: str, new: str, mask: str) -> None:
    [*said, hint] = differ(f"tool t {old}", f"tool t {new}")
    assert said in ([f"t.input: {old} → {new}"], ["t.input:", f"  - {old}", f"  + {new}"])
    assert [hint] == [f'looks like an id; if it is noise: replace={{"t.input": {mask}}}']
    masks = eval(mask, {"re": re})
    kept = Masks(replace={"t.input": masks})
    [kept.fields("t", {"input": json.loads(value)}) for value in (old, new)]
    kept.require_kept()  # it fits both


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"Paris"', '"London"'),
        ('"call_customer"', '"call_supplier"'),
        ('"invoice1.pdf"', '"invoice2.pdf"'),
        ("12", "13"),
        ("true", "false"),
        ('"12"', "12"),
        ('"step two"', '"step three"'),
    ],
)
def test_a_difference_that_looks_like_none_is_told_alone(old: str, new: str) -> None:
    assert differ(f"tool t {old}", f"tool t {new}") == [f"t.input: {old} → {new}"]


def test_the_masks_of_all_that_looks_like_ids_are_told_together() -> None:
    old, new = (json.dumps({"a": f"req-{tail}", "b": 1}) for tail in ("1f2e3d4c", "5b6a7988"))
    assert differ(f"tool t {old} → {old}", f"tool t {new} → {new}")[-1] == (
        'looks like ids; if it is noise: replace={"t.input.a": re.compile(r"req-[0-9a-f]{8}"), '
        '"t.output.a": re.compile(r"req-[0-9a-f]{8}")}'
    )

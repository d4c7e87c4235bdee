"""A text as a block of short lines reads back to the letter, and a changed word changes few of them."""

from __future__ import annotations

from difflib import unified_diff

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pytest_traces.drawing.values.blocks import block, read_block

POLICY = (
    "Goods can be sent back within 30 days of the purchase, if the seal is whole. An opened parcel is taken back at "
    "half of its price. Postage is never refunded, whatever the reason.\nDuties are refunded by the customs office."
)


def test_a_line_ends_after_a_sentence_else_between_words() -> None:
    assert list(block(POLICY, "|", 60)) == [
        "| Goods can be sent back within 30 days of the purchase, \\",
        "| if the seal is whole. \\",
        "| An opened parcel is taken back at half of its price. \\",
        "| Postage is never refunded, whatever the reason.",
        "| Duties are refunded by the customs office.",
    ]


def test_a_changed_word_changes_the_lines_of_its_sentence_alone() -> None:
    before, after = (list(block(text, "|", 80)) for text in (POLICY, POLICY.replace("half", "a quarter")))
    changed = [line for line in unified_diff(before, after, n=0, lineterm="") if line[1:2] == "|"]
    assert changed == [
        "-| An opened parcel is taken back at half of its price. \\",
        "+| An opened parcel is taken back at a quarter of its price. \\",
    ]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", ["|"]),
        ("a\n\n", ["| a", "|", "|"]),
        ("a \nb", ["| a\\u0020", "| b"]),
        ('say "hi" \\ \t', ['| say "hi" \\\\ \\t']),
        ("C:\\new", ["| C:\\\\new"]),
    ],
)
def test_nothing_in_a_block_is_lost_to_an_editor(text: str, lines: list[str]) -> None:
    assert list(block(text, "|", 80)) == lines
    assert read_block(lines) == text


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.text(st.sampled_from('ab. \\\n\t"u0⟨…⟩|>├ \x01é'), max_size=300), st.integers(35, 90))
@example("\\" * 200, 40)
@example("x. " * 100, 40)
def test_every_text_reads_back_from_lines_that_fit(text: str, width: int) -> None:
    lines = list(block(text, "|", width))
    assert read_block(lines) == text
    assert all(len(line) <= width and line == line.rstrip() for line in lines)


def test_an_escape_that_was_broken_by_hand_is_taken_as_it_stands() -> None:
    assert read_block(["| a\\qb"]) == "a\\qb"

"""Snapshot law 1, second half: behaviour always changes what is drawn, and only where it should."""

from __future__ import annotations

from pathlib import Path

from tests.laws.mutations.kill_table import table
from tests.laws.mutations.verdicts import EVENTS, TREE, Verdict, verdicts

KEPT = Path(__file__).parents[3] / "docs" / "evidence" / "kill_table.md"


def test_every_mutant_is_killed_by_the_snapshots_that_should_and_by_no_other() -> None:
    assert [one for one in verdicts() if one.killed != one.expected] == []


def test_the_kept_kill_table_is_current() -> None:
    assert KEPT.read_text() == table(verdicts()) + "\n"


def test_a_surviving_mutant_shows_in_the_table() -> None:
    survivor = Verdict("drop a span", "a sample", 0, frozenset({TREE, EVENTS}), frozenset({TREE}))
    assert table([survivor]).splitlines()[-3:] == [
        "| drop a span | 1 | 1 | **1 survived, 0 by mistake** | · |",
        "",
        "1 mutants, 1 surviving or killed by mistake.",
    ]


def test_a_mutant_killed_by_mistake_shows_in_the_table() -> None:
    meddler = Verdict("other clock", "a sample", 0, frozenset(), frozenset({TREE}))
    assert "| other clock | 1 | **0 survived, 1 by mistake** | · | · |" in table([meddler])

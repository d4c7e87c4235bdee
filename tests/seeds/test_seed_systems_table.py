"""The table of what is captured of Tracium and TraceLLM names a test for each row, and no test that is not there."""

import re
from pathlib import Path

TESTS = Path(__file__).parents[1]
TABLE = (TESTS.parent / "docs" / "evidence" / "seed_systems.md").read_text(encoding="utf-8")
ROWS = [line.split(" | ") for line in TABLE.splitlines() if re.match(r"\| \d+ \|", line)]


def test_every_feature_is_in_the_table():
    assert [int(row[0].lstrip("| ")) for row in ROWS] == list(range(1, 53))


def test_every_feature_that_is_captured_or_offered_has_a_test():
    assert [row[1] for row in ROWS if row[2] != "neither" and "`test_" not in row[4]] == []


def test_every_test_in_the_table_exists():
    source = "\n".join(path.read_text(encoding="utf-8") for path in TESTS.rglob("test_*.py"))
    there = set(re.findall(r"def (test_\w+)", source))
    assert sorted(set(re.findall(r"`(test_\w+)`", TABLE)) - there) == []

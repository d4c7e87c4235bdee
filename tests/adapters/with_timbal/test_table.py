"""The table of what is captured of Timbal names a test for each row, and no test that is not there."""

import re
from pathlib import Path

TABLE = (Path(__file__).parents[3] / "docs" / "evidence" / "timbal.md").read_text(encoding="utf-8")
ROWS = [line.split(" | ") for line in TABLE.splitlines() if re.match(r"\| \d+ \|", line)]


def test_the_rows_are_numbered_and_each_has_a_test() -> None:
    assert [int(row[0].lstrip("| ")) for row in ROWS] == list(range(1, len(ROWS) + 1))
    assert [row[1] for row in ROWS if "`test_" not in row[3]] == []


def test_every_test_in_the_table_exists() -> None:
    source = "\n".join(path.read_text(encoding="utf-8") for path in Path(__file__).parent.rglob("test_*.py"))
    there = set(re.findall(r"def (test_\w+)", source))
    assert sorted(set(re.findall(r"`(test_\w+)`", TABLE)) - there) == []

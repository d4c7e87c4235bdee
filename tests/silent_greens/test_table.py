"""The table of what goes green elsewhere names a test for each row, and no test that is not there."""

import re
from pathlib import Path

HERE = Path(__file__).parents[2]
TABLE = (HERE / "docs" / "evidence" / "silent_greens.md").read_text(encoding="utf-8")
ROWS = [line.split(" | ") for line in TABLE.splitlines() if re.match(r"\| [A-Z]?\d+ \|", line)]
NAMED = re.compile(r"`((?:tests|pytest_traces/testing)/[\w/]+\.py)::(test_\w+)`")


def numbers(letter: str) -> list[int]:
    return [int(said[2 + len(letter) :]) for said, *_ in ROWS if re.match(rf"\| {letter}\d", said)]


def test_every_defect_is_in_the_table():
    counts = {letter: numbers(letter) for letter in ("Q", "T", "", "C", "O")}
    lengths = {"Q": 9, "T": 25, "": 34, "C": 9, "O": 49}
    assert counts == {letter: [*range(1, length + 1)] for letter, length in lengths.items()}


def test_every_defect_has_a_test():
    assert [row[0] for row in ROWS if not NAMED.search(row[4])] == []


def test_every_test_in_the_table_exists():
    named = sorted(set(NAMED.findall(TABLE)))
    assert [(path, name) for path, name in named if f"def {name}(" not in (HERE / path).read_text("utf-8")] == []


def test_every_test_of_a_defect_is_in_the_table():
    named = {name for _, name in NAMED.findall(TABLE)}
    numbered = re.compile(r"def (test_\d\d_\w+)")
    files = sorted(Path(__file__).parent.glob("test_*.py"))
    assert [name for file in files for name in numbered.findall(file.read_text("utf-8")) if name not in named] == []

"""The table of the documents' statements names each test, and no other."""

import re
from pathlib import Path

HERE = Path(__file__).parent
TABLE = (HERE.parents[1] / "docs" / "evidence" / "seed_documents.md").read_text(encoding="utf-8")
TESTS = [
    test for path in HERE.glob("test_document_*.py") for test in re.findall(r"def (test_\w+)", path.read_text("utf-8"))
]


def test_each_statement_names_tests_that_exist():
    assert set(re.findall(r"`(test_\w+)`", TABLE)) == set(TESTS)


def test_no_two_tests_share_a_name():
    assert sorted(set(TESTS)) == sorted(TESTS)

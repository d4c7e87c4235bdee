"""The page of the report shows the output of the examples, which `python -m tests.report.showcase` writes there."""

from __future__ import annotations

import re
from pathlib import Path

from tests.report.showcase import PAGE, filled, showcase, shown


def heads(text: str) -> list[str]:
    """Return the head of each section of a text: what changes with every new example, as a number, is left out."""
    return [re.split(r"\n|  |,|: \d| \d|\d+ ", section.strip("\n "))[0] for section in text.split("\n\n")[1:]]


FIRST = {
    "report": ["models", "tools", "retries", "slow steps (≥", "critical path of the slowest run"],
    "coverage": ["tool", "agents whose model calls never failed"],
    "comparison": ["beyond the limit", "changed"],
}


def test_the_page_of_the_report_shows_what_the_examples_give(tmp_path: Path) -> None:
    for texts in (showcase(tmp_path, "quickstart"), shown(PAGE.read_text(encoding="utf-8"))):
        assert {name: heads(text)[: len(FIRST[name])] for name, text in texts.items()} == FIRST


def test_each_text_goes_into_its_block() -> None:
    page = "# A\n<!-- showcase: report -->\n```text\nold\n```\nb\n"
    assert filled(page, {"report": "new\n"}) == page.replace("old", "new")
    assert shown(page) == {"report": "old\n"}

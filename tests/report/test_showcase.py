"""The README shows what the examples give: its texts are made by `python -m tests.report.showcase`."""

from __future__ import annotations

import re
from pathlib import Path

from tests.report.showcase import README, filled, showcase, shown


def heads(text: str) -> list[str]:
    """Return the head of each section of a text: what changes with every new example, as a number, is left out."""
    return [re.split(r"\n|  |,|: \d| \d|\d+ ", section.strip("\n "))[0] for section in text.split("\n\n")[1:]]


FIRST = {
    "report": ["models", "tools", "retries", "slow steps (≥", "critical path of the slowest run"],
    "coverage": ["tool", "agents whose model calls never failed"],
    "comparison": ["beyond the limit", "changed"],
}


def test_the_readme_shows_what_the_examples_give(tmp_path: Path) -> None:
    for texts in (showcase(tmp_path, "quickstart"), shown(README.read_text(encoding="utf-8"))):
        assert {name: heads(text)[: len(FIRST[name])] for name, text in texts.items()} == FIRST


def test_each_text_goes_into_its_block() -> None:
    readme = "# A\n<!-- showcase: report -->\n```text\nold\n```\nb\n"
    assert filled(readme, {"report": "new\n"}) == readme.replace("old", "new")
    assert shown(readme) == {"report": "old\n"}

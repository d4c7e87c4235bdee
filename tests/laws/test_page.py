"""The page about order states nothing that no program holds."""

from __future__ import annotations

import re
from pathlib import Path

LAWS = Path(__file__).parent
PAGE = LAWS.parent.parent / "docs" / "ordering.md"


def test_every_rule_of_the_page_names_programs_that_hold_it() -> None:
    text = PAGE.read_text(encoding="utf-8")
    rules = [line for table in text.split("| program |")[1:] for line in table.splitlines()[2:] if line.startswith("|")]
    named = {name for rule in rules for name in re.findall(r"`(\w+)`", rule.split("|")[-2])}
    source = "".join(path.read_text(encoding="utf-8") for path in LAWS.rglob("test_*.py"))
    assert len(rules) > 20
    assert {name for name in named if f"def {name}(" not in source} == set()
    assert [rule for rule in rules if not re.findall(r"`\w+`", rule.split("|")[-2])] == []

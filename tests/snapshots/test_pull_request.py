"""What a reviewer sees of a change in a program with large values: a few lines of a diff, and a short message."""

from __future__ import annotations

import re
import shutil
from difflib import unified_diff
from pathlib import Path

import pytest

from tests.project import Project

DESK = Path(__file__).parents[2] / "examples" / "rag_desk"
SNAPSHOT = "__traces__/test_policy_desk/test_it_does_what_it_did_before.trace"
CHANGES = {
    "argument": ("policy_desk.py", '"quantity": 1', '"quantity": 2'),
    "document": (
        "policies/refunds.txt",
        "An opened parcel is taken back at half",
        "An opened parcel is taken back at a third",
    ),
}


@pytest.fixture
def desk(project: Project) -> Project:
    shutil.copytree(DESK, project.path, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
    return project


def change(desk: Project, what: str) -> None:
    name, old, new = CHANGES[what]
    text = (desk.path / name).read_text(encoding="utf-8")
    assert old in text
    (desk.path / name).write_text(text.replace(old, new), encoding="utf-8")


@pytest.mark.parametrize(
    ("what", "lines"),
    [
        (
            "argument",
            [
                '-       input.order.lines.0: {"gift": true, "quantity": 1, "sku": "lamp-7"}',
                '+       input.order.lines.0: {"gift": true, "quantity": 2, "sku": "lamp-7"}',
            ],
        ),
        (
            "document",
            [
                "-│        | An opened parcel is taken back at half of its price, unless the goods are broken. \\",
                "+│        | An opened parcel is taken back at a third of its price, unless the goods are broken. \\",
            ],
        ),
    ],
)
def test_a_change_is_one_line_of_a_pull_request(desk: Project, what: str, lines: list[str]) -> None:
    before = (desk.path / SNAPSHOT).read_text(encoding="utf-8").splitlines()
    change(desk, what)
    assert desk.run("--snapshot-update").outcomes == "3 passed"
    after = (desk.path / SNAPSHOT).read_text(encoding="utf-8").splitlines()
    assert list(unified_diff(before, after, n=0, lineterm=""))[3:] == lines
    assert max(map(len, after)) <= 100


@pytest.mark.parametrize(
    ("what", "told"),
    [
        (
            "argument",
            """\
  agent desk
  … 2 unchanged
~   tool create_ticket
        create_ticket.input.order.lines.0.quantity: 1 → 2""",
        ),
        (
            "document",
            """\
  agent desk
~   retrieval search
        search.output.0.text:
          - …parcel is taken back at half of its price, unless…
          + …parcel is taken back at a third of its price, unless…
  … 2 unchanged""",
        ),
    ],
)
def test_a_mismatch_shows_the_words_that_changed(desk: Project, what: str, told: str) -> None:
    change(desk, what)
    ran = desk.run("-k", "before", columns=80)
    shown = re.sub(r"^E {1,7}", "", ran.output, flags=re.M)
    assert told in shown
    assert max(len(line) for line in ran.section("Trace").splitlines()) <= 80

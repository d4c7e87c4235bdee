"""The section "Trace" of a failed test at 80 columns."""

from __future__ import annotations

import re

import pytest

from tests.project import Project

LARGE = """
from pytest_traces.runtime import span

ORDER = {"customer": "Ann", "lines": [{"sku": "X", "qty": 1}, {"sku": "Y", "qty": 3}], "note": "word " * 60 + "end"}

def sell():
    with span(span_type="agent", name="desk"):
        with span(span_type="tool", name="create_ticket", input={"order": ORDER}) as step:
            step.record_output(4711)

def test_miss(trace):
    sell()
    trace.one("create_ticket", input={"order": {"lines": [{"qty": 2}, {"qty": 3}]}})

def test_plain(trace):
    sell()
    assert trace.one("create_ticket").output == 4712
"""


@pytest.fixture
def narrow(project: Project, monkeypatch: pytest.MonkeyPatch) -> Project:
    project.tests(LARGE)
    project.write("pytest.ini", "[pytest]\naddopts = -p no:cacheprovider\n")
    return project


def told(project: Project, *arguments: str) -> str:
    return re.sub(r" +\d+ ms$", "", project.run(*arguments).output, flags=re.M)


def test_a_message_that_draws_the_tree_is_all_there_is(narrow: Project) -> None:
    shown = told(narrow, "-k", "miss")
    assert [line for line in shown.splitlines() if line.startswith("E ")] == [
        "E       pytest_traces.SpanNotFound: expected 1 span 'create_ticket' with input {'order': {'lines': [{'qty': "
        "2}, {'qty': 3}]}}, found 0: called once, with another input",
        "E       ",
        "E       agent desk",
        "E       └─ tool create_ticket   ← its input.order.lines.0.qty is 1, expected 2",
    ]
    assert "- Trace -" not in shown


@pytest.mark.parametrize("workers", [(), ("-n2",)], ids=["plain", "n2"])
def test_another_failure_shows_the_trace_as_wide_as_the_terminal(narrow: Project, workers: tuple[str, ...]) -> None:
    shown = narrow.run("-k", "plain", *workers, columns=80)
    assert re.sub(r" +\d+ ms$", "", shown.section("Trace"), flags=re.M).splitlines()[:7] == [
        "agent desk",
        "└─ tool create_ticket",
        '       input.order.customer: "Ann"',
        '       input.order.lines: [{"qty": 1, "sku": "X"}, {"qty": 3, "sku": "Y"}]',
        '       input.order.note: "word word word word word word word word word w…"',
        "       output: 4711",
        "values are cut here; pytest -vv shows them whole",
    ]


def test_vv_shows_each_value_whole_whatever_failed(narrow: Project) -> None:
    shown = narrow.run("-vv", columns=80)
    assert shown.output.count("- Trace -") == 2
    assert shown.output.count("word end") == 2
    assert '"qty": 1' in shown.output


def test_a_terminal_shows_it_in_colours_and_junit_does_not(narrow: Project) -> None:
    narrow.tests(LARGE.replace("step.record_output(4711)", "raise TimeoutError('late')"))
    shown = narrow.run("-k", "plain", "--color=yes", "--junit-xml=out.xml")
    assert "\x1b[31m ✗ TimeoutError: late\x1b[0m" in shown.output
    assert "\x1b" not in (narrow.path / "out.xml").read_text(encoding="utf-8")

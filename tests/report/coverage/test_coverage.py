"""Coverage of behaviour: whole texts, and what each cell counts."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from pytest_traces.page.entries import PageData
from pytest_traces.page.tabs import coverage_tabs
from pytest_traces.page.writing import render_page
from pytest_traces.report.comparison.limits import read_limits
from pytest_traces.report.coverage.coverage import LIMITED, Coverage, coverage_of
from pytest_traces.report.coverage.text import coverage_lines, coverage_markdown
from pytest_traces.report.layout.page import Page
from tests.builders import agent, llm, tool
from tests.report.coverage.samples import FLAKY, asks, covered_run, definition
from tests.report.saved.runs import a_run, a_saved_test

PAGES = Path(__file__).parent / "pages"
LIMITS = "called:100%,failed:50%"


def limits(text: str = LIMITS) -> Any:
    return read_limits(text, LIMITED)


def whole(width: int, text: str = LIMITS, **about: Any) -> str:
    lines = coverage_lines(coverage_of([covered_run(**about)]), limits(text), Page(99, width))
    return "\n".join(line.text for line in lines)


def covered(*programs: Any, **fields: Any) -> Coverage:
    return coverage_of([a_run([a_saved_test(f"t.py::{at}", one, **fields) for at, one in enumerate(programs)])])


@pytest.mark.parametrize("width", [60, 80, 200])
def test_the_table_follows_the_width_of_the_terminal(width):
    assert whole(width) == (PAGES / f"{width}.txt").read_text(encoding="utf-8").rstrip("\n")
    assert max(map(len, whole(width).splitlines())) <= width


def test_the_markdown_holds_the_same():
    text = "\n".join(coverage_markdown(coverage_of([covered_run()]), limits()))
    assert text == (PAGES / "summary.md").read_text(encoding="utf-8").rstrip("\n")


def test_cells_count_tests_and_no_calls():
    [row] = covered(asks(tool("a"), tool("a"), tool("a", error="ValueError: no"))).tools[:1]
    assert [row.count(what) for what in ("offered", "called", "ok", "failed", "timeout", "retried")] == [
        0,
        1,
        1,
        1,
        0,
        0,
    ]


def test_a_retry_and_a_timeout_are_outcomes_of_their_own():
    tool = next(tool for tool in covered(asks(*FLAKY)).tools if tool.name == "get_weather")
    assert [tool.count(what) for what in ("ok", "failed", "timeout", "retried")] == [1, 1, 1, 1]


def test_a_call_that_the_test_made_fail_is_seen_failing():
    failing = tool("geocode", error="TimeoutError: late", acted="raises")
    coverage = covered(asks(failing), asks(failing, tool("geocode")), asks(tool("geocode")))
    assert coverage.covered("failed") == 1
    text = "\n".join(line.text for line in coverage_lines(coverage, {}, Page(99, 100)))
    assert re.search(r"^ tool .* retried  acted on  args .*\n   geocode +3 +3 +2 +2 +2 +1 +⚡ 2  city$", text, re.M)


def test_a_tool_that_the_model_made_up_is_none():
    assert [one.name for one in covered(agent("a", llm("m"), tool("made_up", error="tool_not_found: x"))).tools] == []


def test_arguments_never_given_are_those_that_no_test_gave():
    given = [tool("refund", input={"order": 1}), tool("refund", input={"amount": 5})]
    [refund] = [one for one in covered(*map(asks, given)).tools if one.name == "refund"]
    assert refund.never_given == ["currency"]


def test_an_attempt_that_ran_again_covers_nothing():
    assert covered(asks(tool("geocode")), outcome="rerun").tools == []


def test_recordings_of_fixtures_and_blocks_count():
    made = a_saved_test("t", asks(tool("geocode")))["figures"]
    run = a_run([a_saved_test("t.py::test_a", None, made=[made])])
    run.outside = [("t.py::fixture", made)]
    [geocode, *_] = coverage_of([run]).tools
    assert geocode.count("called") == 2


def test_jobs_are_covered_together():
    runs = [a_run([a_saved_test("t.py::test_a", asks(tool(name)))]) for name in ("geocode", "refund")]
    assert coverage_of(runs).covered("called") == 2


@pytest.mark.parametrize(
    ("text", "broken"),
    [
        ("called:66%", []),
        ("called:67%", ["called: 2 of 3 tools, 67% are asked for; not refund"]),
        ("called:2", []),
        ("called:3", ["called: 2 of 3 tools, 3 are asked for; not refund"]),
        ("ok:0%", []),
        ("timeout:100%", ["timeout: 1 of 3 tools, 100% are asked for; not geocode, refund"]),
        ("given:100%", ["given: 1 of 3 tools, 100% are asked for; not get_weather, refund"]),
    ],
)
def test_limits_are_of_the_tools_that_were_offered(text, broken):
    assert coverage_of([covered_run()]).broken(limits(text)) == broken


def test_a_limit_without_any_tool_offered_proves_nothing_and_is_broken():
    coverage = covered(agent("a", llm("m"), tool("plain")))
    assert coverage.broken(limits()) == ["no model call was offered a tool: there is nothing to cover"]
    assert coverage.broken({}) == []


def test_no_limit_is_judged_of_a_part_of_the_suite():
    assert coverage_of([covered_run(part="-k")]).broken(limits()) == []
    assert whole(80, part="-k").splitlines()[1] == " only a part of the suite ran (-k), no limit is judged"


def test_agents_whose_model_calls_never_failed():
    assert coverage_of([covered_run()]).never_failed == ["planner"]


def test_an_attempt_below_a_model_call_is_no_call_of_its_own():
    program = agent("a", llm("m", llm("attempt", error="RateLimitError: x")))
    assert covered(program).never_failed == ["a"]


def test_the_page_has_a_tab_of_it():
    [tab] = coverage_tabs([covered_run()])
    assert tab["notes"] == ["3 tools offered · 2 called (67%) · 2 seen failing (67%)"]
    assert [table["columns"][0]["text"] for table in tab["tables"]] == [
        "tool",
        "offered, and no test calls it",
        "agents whose model calls never failed",
    ]
    assert '"offered, and no test calls it"' in render_page(PageData(title="t", tabs=[tab]))
    assert coverage_tabs([a_run()]) == []


def test_a_suite_without_tools_says_so():
    lines = coverage_lines(coverage_of([a_run()]), {}, Page(99, 80))
    assert [line.text for line in lines] == [" 0 tools offered · 0 called (0%) · 0 seen failing (0%)"]


def test_the_arguments_of_a_definition_are_merged():
    first = agent("a", llm("m", input={"tools": [definition("t", "x")]}))
    second = agent("a", llm("m", input={"tools": [definition("t", "x", "y")]}))
    assert covered(first, second).tools[0].never_given == ["x", "y"]

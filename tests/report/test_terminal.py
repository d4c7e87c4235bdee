"""The trace report, whole, at the widths that terminals have."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from pytest_traces.report.terminal import report_lines, summary_line
from tests.builders import agent, llm, tool
from tests.report.samples import FLAKY, SHORT, TROUBLE, a_session, whole_session

PAGES = Path(__file__).parent / "pages"


def text(session, width=80, rows=3):
    return "\n".join(line.text for line in report_lines(session, rows=rows, width=width))


@pytest.mark.parametrize("width", [60, 80, 200])
def test_the_report_follows_the_width_of_the_terminal(width):
    page = text(whole_session(), width)
    assert page == (PAGES / f"{width}.txt").read_text(encoding="utf-8").rstrip("\n")
    assert max(map(len, page.splitlines())) <= width


def test_the_order_in_which_workers_report_changes_nothing():
    assert text(whole_session(backwards=True)) == text(whole_session())


def test_lists_are_cut_with_a_count():
    assert "… more" not in text(whole_session(), rows=10)
    cut = [line for line in text(whole_session(), rows=1).splitlines() if line.endswith(" more")]
    assert cut == ["   … 2 more", "   … 3 more", "   … 1 more", "   … 4 more", "   … 6 more"]


def test_failures_are_red_and_reruns_yellow_under_bold_heads():
    styles = {
        line.text.split()[0]: line.style for line in report_lines(whole_session(), rows=3, width=200) if line.text
    }
    assert {styles["Mismatch:"], styles["timbal:"]} == {"red"}
    assert styles["models"] == styles["retries"] == styles["failed"] == "bold"
    assert [line.style for line in report_lines(whole_session(), rows=3, width=200) if "test_ok[2]" in line.text] == [
        "yellow",  # it passed on a rerun
        "yellow",  # it ran twice
    ]


def test_a_session_without_model_calls_says_so_and_no_more():
    session = a_session([("t.py::test_a", agent("a", tool("x")), {})])
    assert text(session) == (
        " 1 test · 2 spans · 0 llm calls · 0 tokens · 0 retries · 0 slow\n"
        "\n"
        " tools, agents and others  calls  average    p95  errors\n"
        "   agent a                     1    10 ms  10 ms      0%\n"
        "   tool x                      1    10 ms  10 ms      0%"
    )


def test_an_empty_session_is_told_in_one_line():
    assert text(a_session([])) == " 0 tests · 0 spans · 0 llm calls · 0 tokens · 0 retries · 0 slow"


def test_tokens_of_unknown_price_have_an_unknown_cost():
    assert text(a_session([("t.py::test_a", llm("m/x", tokens=(60, 12)), {})])).startswith(
        " 1 test · 1 span · 1 llm call · 72 tokens · cost unknown · 0 retries"
    )


def test_without_the_price_list_the_report_says_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "genai_prices", None)
    told = text(a_session([("t.py::test_a", llm("o3", tokens=(61, 13)), {})]))
    assert told.splitlines()[:2] == [
        " 1 test · 1 span · 1 llm call · 74 tokens · cost unknown · 0 retries · 0 slow",
        " prices come with the extra: pip install 'pytest-traces[cost]'",
    ]


def test_one_line_tells_of_retries_slow_steps_and_adapter_problems():
    session = a_session([("t.py::test_a", FLAKY, {"troubles": [TROUBLE]})])
    assert summary_line(session, always=False) == (
        "traces: 1 retry · 2 slow steps · 1 adapter problem (--trace-report shows more)"
    )


def test_without_any_of_them_there_is_no_line_unless_it_is_forced():
    session = a_session([("t.py::test_a", SHORT, {})])
    assert summary_line(session, always=False) is None
    assert summary_line(session, always=True) == (
        "traces: 1 test · 3 spans · 1 llm call · 72 tokens · cost unknown · 0 retries · 0 slow"
    )
    assert summary_line(a_session([]), always=True) is None

"""A run against a baseline: whole texts, and every rule of what counts as a change."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pytest_traces.errors import TracesError
from pytest_traces.report.comparison.comparison import Comparison, compare
from pytest_traces.report.comparison.limits import read_limits
from pytest_traces.report.comparison.text import baseline_of, comparison_lines, comparison_markdown
from pytest_traces.report.layout.page import Page
from pytest_traces.report.saved.run import SavedRun
from pytest_traces.report.summary import summarise
from tests.builders import a_tree, agent, llm, tool
from tests.report.comparison.samples import AT, FLAKY, MAIN, a_side, asks, two_sides
from tests.report.saved.runs import a_run, a_saved_test

PAGES = Path(__file__).parent / "pages"
LIMITS = "tokens:10%,calls:0,retries:0,cost:5%"


def compared(before: Any, after: Any, limits: str = "", **about: Any) -> Comparison:
    """Compare two programs of one test."""
    sides = ([a_side({"test_a": before})], [a_side({"test_a": after}, **about)])
    return compare(*sides, read_limits(limits) if limits else {})


def told(comparison: Comparison) -> list[tuple[str, ...]]:
    return [(change.what, *change.shown) for changes in comparison.changed.values() for change in changes]


def whole(width: int) -> str:
    before, after = two_sides()
    comparison = compare(before, after, read_limits(LIMITS))
    lines = comparison_lines(comparison, baseline_of("main.jsonl", before, AT), Page(10, width))
    return "\n".join(line.text for line in lines)


@pytest.mark.parametrize("width", [60, 80, 200])
def test_the_comparison_follows_the_width_of_the_terminal(width):
    assert whole(width) == (PAGES / f"{width}.txt").read_text(encoding="utf-8").rstrip("\n")
    assert max(map(len, whole(width).splitlines())) <= width


def test_the_markdown_holds_the_same():
    before, after = two_sides()
    comparison = compare(before, after, read_limits(LIMITS))
    lines = comparison_markdown(comparison, baseline_of("main.jsonl", before, AT))
    assert "\n".join(lines) == (PAGES / "summary.md").read_text(encoding="utf-8").rstrip("\n")


def test_names_are_text_in_markdown():
    evil = "test_a[</td><img src=x onerror=alert(1)>|`x`\n# y]"
    comparison = compare([a_side({})], [a_side({evil: asks()})])
    [row] = [line for line in comparison_markdown(comparison, "x") if "onerror" in line]
    assert row == ("| tests/test\\_weather.py::test\\_a\\[&lt;/td>&lt;img src=x onerror=alert(1)>\\|\\`x\\` \\# y\\] |")


def test_the_baseline_is_named_with_commit_and_age():
    assert baseline_of("main.jsonl", [a_side({}, **MAIN)], AT) == "main.jsonl (a1b2c3d, 2 days old)"
    of_a_part = baseline_of("x", [a_side({}, part="-k", **MAIN)], AT)
    assert of_a_part == "x (a1b2c3d, 2 days old, only a part of the suite)"
    assert baseline_of("x", [a_side({})], AT) == "x (unknown commit, of an unknown date)"
    assert baseline_of("runs", [a_side({}, **MAIN)] * 3, AT) == "runs (3 runs, a1b2c3d, 2 days old)"


def test_the_same_run_has_not_changed():
    comparison = compared(asks(*FLAKY), asks(*FLAKY), LIMITS)
    assert (comparison.tests, comparison.changed, comparison.has_failed) == (1, {}, False)


def test_calls_are_counted_for_each_tool():
    comparison = compared(asks(tool("a"), tool("b")), asks(tool("b"), tool("c")), "calls:0")
    assert told(comparison) == [("a", "1", "0", "-1"), ("c", "0", "1", "+1")]
    assert [change.what for _, change, _ in comparison.beyond] == ["a", "c"]


def test_one_more_model_call_is_a_change_of_calls():
    comparison = compared(agent("a", llm("m")), agent("a", llm("m"), llm("m")), "calls:0")
    assert told(comparison) == [("model calls", "1", "2", "+1")]
    assert comparison.has_failed


def test_order_and_arguments_of_calls_are_for_snapshots():
    assert told(compared(asks(tool("a", input=1), tool("b")), asks(tool("b"), tool("a", input=2)))) == []


@pytest.mark.parametrize(("before", "after"), [(1204, None), (None, 1204), (None, None)])
def test_unknown_tokens_are_not_comparable_and_no_zero(before, after):
    comparison = compared(asks(tokens=before), asks(tokens=after), "tokens:0")
    why = comparison.incomparable["tests/test_weather.py::test_a"]
    sides = [side for side, tokens in (("before", before), ("now", after)) if tokens is None]
    assert why == f"tokens unknown {' and '.join(sides)}"
    assert (comparison.unjudged, comparison.has_failed) == (["tokens"], True)


def test_a_limit_that_judged_no_test_says_so():
    comparison = compared(asks(tokens=None), asks(tokens=None), "tokens:10%,calls:0")
    lines = [line for line in comparison_lines(comparison, "main.jsonl", Page(10, 80)) if line.style == "red"]
    assert [line.text for line in lines] == [" the limit on tokens judged no test: none is comparable in it"]


def test_an_agent_that_calls_another_model_or_none_is_still_held_to_its_calls():
    for after in (asks(model="m"), agent("weather")):
        comparison = compared(asks(tool("refund")), after, "calls:0")
        assert "refund" in [change.what for _, change, _ in comparison.beyond]


def test_tokens_of_another_model_are_not_comparable():
    comparison = compared(asks(tokens=100), asks(tokens=900, model="m"), "tokens:0")
    assert comparison.incomparable == {"tests/test_weather.py::test_a": "another model: openai/gpt-4o → m"}
    assert comparison.changed == {}


def test_another_version_of_ours_is_not_comparable():
    comparison = compared(asks(), asks(tool("a")), "calls:0", pytest_traces="0.2.0")
    why = "another version of pytest-traces: 0.1.0 → 0.2.0"
    assert comparison.incomparable == {"tests/test_weather.py::test_a": why}
    assert comparison.unjudged == ["calls"]


def test_figures_of_another_version_are_not_read():
    older = a_run([a_saved_test("a", None, figures={"spans": 1})], pytest_traces="0.0.9")
    comparison = compare([older], [a_run([a_saved_test("a", asks())])], read_limits("calls:0"))
    assert comparison.incomparable == {"a": "another version of pytest-traces: 0.0.9 → 0.1.0"}
    assert comparison.has_failed


@pytest.mark.parametrize("side", [0, 1])
def test_calls_that_a_test_acted_on_are_not_compared(side):
    programs = [asks(tool("a")), asks(tool("a", acted="raises"))]
    comparison = compared(*(programs if side else programs[::-1]))
    assert comparison.incomparable == {"tests/test_weather.py::test_a": "acted on by the test"}


def test_new_and_gone_tests_never_break_a_limit():
    comparison = compare(
        [a_side({"a": asks(), "b": asks()})], [a_side({"b": asks(), "c": asks()})], read_limits(LIMITS)
    )
    assert comparison.new == ["tests/test_weather.py::c"]
    assert comparison.gone == ["tests/test_weather.py::a"]
    assert not comparison.has_failed


def a_silent_side(**fields: Any) -> SavedRun:
    nothing = summarise(a_tree(), slow_ms=1500.0, priced=False)
    return a_run([a_saved_test("tests/test_weather.py::test_a", figures=nothing, **fields)])


def test_a_test_that_recorded_nothing_on_one_side_has_changed():
    asking = a_side({"test_a": asks(tool("geocode"))})
    comparison = compare([asking], [a_silent_side()], read_limits("calls:0"))
    assert told(comparison)[:2] == [("geocode", "1", "0", "-1"), ("model calls", "1", "0", "-1")]
    assert comparison.has_failed
    comparison = compare([a_silent_side()], [asking], read_limits("tokens:10%"))
    assert ("tokens", "0", "1,204", "+1,204") in told(comparison)
    assert comparison.has_failed


def test_a_test_that_never_recorded_or_is_skipped_now_has_not_changed():
    assert compare([a_silent_side()], [a_silent_side()]).tests == 0
    comparison = compare([a_side({"test_a": asks()})], [a_silent_side(outcome="skipped")], read_limits("calls:0"))
    assert (comparison.gone, comparison.beyond) == (["tests/test_weather.py::test_a"], [])


def test_if_only_a_part_ran_nothing_is_gone_and_no_limit_is_idle():
    comparison = compare([a_side({"a": asks()})], [a_side({"c": asks()}, part="-k")], read_limits(LIMITS))
    assert (comparison.gone, comparison.unjudged, comparison.new) == ([], [], ["tests/test_weather.py::c"])


def test_one_run_tells_nothing_of_time():
    assert told(compared(asks(ms=100), asks(ms=900))) == []


def times(*runs: int) -> Any:
    return [a_side({"test_a": asks(ms=ms)}) for ms in runs]


def test_time_is_a_ratio_with_its_spread_where_both_sides_have_several_runs():
    comparison = compare(times(100, 110), times(200, 220), read_limits("time:50%"))
    assert told(comparison) == [("time", "105 ms", "210 ms", "×2.00 (×1.82 to ×2.20)")]
    assert comparison.has_failed


def test_times_that_overlap_have_not_changed():
    assert told(compare(times(100, 300), times(200, 400))) == []
    assert told(compare(times(100, 300), times(500))) == []


def test_several_runs_are_compared_by_their_mean():
    before = [a_side({"test_a": asks()})] * 2
    after = [a_side({"test_a": asks(*calls)}) for calls in ((), (tool("search"),))]
    assert told(compare(before, after)) == [("search", "0", "0.5", "+0.5")]


@pytest.mark.parametrize(
    ("limits", "before", "after", "is_broken"),
    [
        ("tokens:10%", 1000, 1100, False),
        ("tokens:10%", 1000, 1101, True),
        ("tokens:10%", 1000, 10, False),
        ("tokens:100", 1000, 1100, False),
        ("tokens:0", 1000, 1001, True),
        ("tokens:0%", 1000, 1000, False),
        ("tokens:1000%", 0, 1, True),
    ],
)
def test_a_limit_allows_growth_up_to_it(limits, before, after, is_broken):
    comparison = compared(asks(tokens=before), asks(tokens=after), limits)
    assert comparison.has_failed is is_broken


def test_cost_is_judged_without_the_noise_of_floats():
    assert not compared(asks(cost=0.1), asks(cost=0.105), "cost:5%").has_failed
    assert compared(asks(cost=0.1), asks(cost=0.1051), "cost:5%").has_failed


def test_errors_and_retries_are_counted():
    comparison = compared(asks(tool("get_weather")), asks(*FLAKY), "retries:0,errors:1")
    assert told(comparison)[1:] == [("retries", "0", "1", "+1"), ("errors", "0", "1", "+1")]
    assert [change.key for _, change, _ in comparison.beyond] == ["retries"]


KNOWN = "calls, tokens, cost, retries, errors, time"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("token:10%", f"unknown key 'token'; did you mean 'tokens'?; known are {KNOWN}"),
        ("latency:1", f"unknown key 'latency'; known are {KNOWN}"),
        ("tokens", "expected a number or a percentage, as in tokens:10%, got 'tokens'"),
        ("tokens:", "expected a number or a percentage, as in tokens:10%, got 'tokens:'"),
        ("tokens:ten", "expected a number or a percentage, as in tokens:10%, got 'tokens:ten'"),
        ("tokens:-1", "expected a number or a percentage, as in tokens:10%, got 'tokens:-1'"),
        ("tokens:nan", "expected a number or a percentage, as in tokens:10%, got 'tokens:nan'"),
        ("calls:0,calls:1", "'calls' is there twice"),
        ("", "expected limits, as in calls:0, got ''"),
        (" , ", "expected limits, as in calls:0, got ' , '"),
    ],
)
def test_limits_that_are_none_are_refused(text, message):
    with pytest.raises(TracesError) as caught:
        read_limits(text)
    assert str(caught.value) == message

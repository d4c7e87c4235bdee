"""The page as its reader meets it: found, read, walked by keyboard, safe from what it shows."""

import re

import pytest

from pytest_traces.page.failures import Mismatch, failure
from tests.builders import a_tree, agent, at_once, llm, span, tool
from tests.page.browser.conftest import a_test, page_of

EVIL = "</script><img src=x onerror=\"document.title='owned'\">"
WEATHER = agent(
    "weather",
    llm("gpt", model="gpt-4o", tokens=(60, 12), input=[{"role": "user", "content": "Rain?"}], output="No."),
    at_once(tool("geocode", input={"city": "Paris"}, output={"lat": 48.85}), tool("get_time")),
    tool("get_weather", error="TimeoutError: upstream timed out"),
    tool("get_weather", output={"temp": 21}),
)


def test_a_trace_is_a_tree_of_roles(opened):
    page = opened(page_of(a_test("test_rain", a_tree(WEATHER))))
    assert page.tree() == [
        "agent weather, success, 40 ms",
        "llm gpt, success, 10 ms",
        "tool geocode, success, 10 ms",
        "tool get_time, success, 10 ms",
        "tool get_weather, error, 10 ms, attempt 1 of 2",
        "tool get_weather, success, 10 ms, attempt 2 of 2",
    ]
    rows = page.tab.get_by_role("treeitem")
    places = [[row.get_attribute(f"aria-{name}") for name in ("level", "posinset", "setsize")] for row in rows.all()]
    assert places == [["1", "1", "1"], *(["2", str(place), "5"] for place in range(1, 6))]


def test_the_tree_is_walked_by_keyboard(opened):
    page = opened(page_of(a_test("test_rain", a_tree(agent("a", agent("b", tool("x")), tool("y"))))))
    page.tab.get_by_role("tree").focus()
    walked = []
    for key in (
        "ArrowDown",
        "ArrowLeft",
        "ArrowDown",
        "ArrowLeft",
        "End",
        "Home",
        "ArrowRight",
        "ArrowRight",
        "ArrowRight",
    ):
        page.tab.keyboard.press(key)
        walked.append(f"{key}: {page.selected().partition(',')[0]}")
    assert walked == [
        "ArrowDown: agent b",
        "ArrowLeft: agent b",  # folds it
        "ArrowDown: tool y",
        "ArrowLeft: agent a",
        "End: tool y",
        "Home: agent a",
        "ArrowRight: agent b",
        "ArrowRight: agent b",  # unfolds it
        "ArrowRight: tool x",
    ]


def test_a_folded_span_hides_what_is_below_it(opened):
    page = opened(page_of(a_test("test_rain", a_tree(agent("a", agent("b", tool("x")), tool("y"))))))
    page.tab.get_by_role("treeitem", name="agent b").locator(".twist").click()
    assert [row.partition(",")[0] for row in page.tree()] == ["agent a", "agent b", "tool y"]
    assert page.tab.get_by_role("treeitem", name="agent b").get_attribute("aria-expanded") == "false"


def test_spans_are_filtered_with_what_is_above_them(opened):
    page = opened(page_of(a_test("test_rain", a_tree(agent("a", agent("b", tool("x")), tool("y"))))))
    page.tab.get_by_role("searchbox", name="Filter spans").fill("tool x")
    assert [row.partition(",")[0] for row in page.tree()] == ["agent a", "agent b", "tool x"]


def test_a_click_shows_all_about_a_span(opened):
    page = opened(page_of(a_test("test_rain", a_tree(WEATHER))))
    page.tab.get_by_role("treeitem", name="tool geocode").click()
    assert re.sub(r"\s+", " ", page.detail()) == (
        "tool geocode success · 10 ms · starts at 10 ms link to this span Input city Paris Output lat 48.85"
    )
    page.tab.get_by_role("treeitem", name="attempt 1 of 2").click()
    assert "TimeoutError upstream timed out" in re.sub(r"\s+", " ", page.detail())


def test_concurrent_lanes_stand_side_by_side(opened):
    page = opened(
        page_of(a_test("test_rain", a_tree(WEATHER)), a_test("test_alone", a_tree(agent("alone", tool("x")))))
    )
    lanes = page.tab.locator(".lanes")
    assert lanes.is_visible()
    page.tab.locator(".lanes canvas").click(position={"x": 280, "y": 43})
    assert page.selected().startswith("tool get_time")
    page.tab.get_by_role("option", name="test_alone").click()
    page.tab.wait_for_selector("[data-opened$=test_alone]")
    assert not lanes.is_visible()


def test_a_failure_stands_beside_the_tree_with_its_span_selected(opened):
    tree = a_tree(WEATHER)
    spoken = [span.call_id for span in tree.spans if span.name == "get_time"]
    told = failure(
        "call", "SpanNotFound: expected 1 span 'get_tim'\n\nagent weather", where="test_shop.py:9", spans=spoken
    )
    page = opened(page_of(a_test("test_ok", a_tree(WEATHER)), a_test("test_bad", tree, outcome="failed", failure=told)))
    assert page.tab.locator(".failure-message").inner_text().split() == told["message"].split()
    assert page.selected().startswith("tool get_time")  # a failed test is the first one to be opened
    assert page.tab.locator(".row.spoken").count() == 1


def test_a_snapshot_that_differs_shows_both_trees(opened):
    differs = Mismatch(
        "span_tree", "1 edit: 1 span changed", 'agent a\n└─ tool x {"q": 1}', 'agent a\n└─ tool x {"q": 2}'
    )
    told = failure("call", "SnapshotMismatch: it differs", of=[differs])
    page = opened(page_of(a_test("test_bad", a_tree(WEATHER), outcome="failed", failure=told)))
    assert page.tab.locator(".comparison mark").all_inner_texts() == ["1", "2"]
    page.tab.get_by_role("tab", name="Trace").click()
    assert page.selected().startswith("tool get_weather, error")


def test_an_address_leads_to_a_test_and_to_a_span(opened):
    data = page_of(a_test("test_one", a_tree(WEATHER)), a_test("test_two[a&b=c#d]", a_tree(WEATHER)))
    page = opened(data)
    page.tab.get_by_role("option", name="test_two").click()
    page.tab.get_by_role("treeitem", name="get_time").click()
    link = page.tab.get_by_role("link", name="link to this span").get_attribute("href")
    again = opened(data, link)
    assert again.tab.locator(".about-test h2").inner_text() == "✓ test_two[a&b=c#d]"
    assert again.selected().startswith("tool get_time")


def test_an_address_leads_to_a_span_of_any_recording(opened):
    other = a_tree(agent("other", tool("z")))
    data = page_of(a_test("test_one", a_tree(WEATHER), other))
    page = opened(data, f"#test=tests/test_shop.py::test_one&span={other.spans[1].call_id}")
    assert page.selected().startswith("tool z")
    page.tab.evaluate(f"location.hash = location.hash.replace('{other.spans[1].call_id}', '{other.spans[0].call_id}')")
    page.tab.wait_for_selector("[aria-selected=true][aria-label^='agent other']")
    page.tab.get_by_role("tab", name="Trace", exact=True).click()
    assert page.selected().startswith("agent weather")


def test_tests_are_found_by_words_and_by_filters(opened):
    told = failure("call", "ValueError: no umbrella")
    page = opened(
        page_of(
            a_test("test_one", a_tree(WEATHER), figures={"retries": [1], "spans": 6}),
            a_test("test_two", a_tree(WEATHER), outcome="failed", failure=told),
            a_test("test_three", a_tree(WEATHER), outcome="rerun", failure=told),
            a_test("test_three", a_tree(WEATHER), attempt=2),
        )
    )
    found = {}
    for chip in ("Failed", "Reruns", "Retries", "All"):
        page.tab.get_by_role("button", name=re.compile(f"^{chip}")).click()
        found[chip] = page.listed()
    page.tab.get_by_role("searchbox", name="Search tests").fill("umbrella two")
    found["umbrella two"] = page.listed()
    assert found == {
        "Failed": ["test_two"],
        "Reruns": ["test_three attempt 1", "test_three attempt 2"],
        "Retries": ["test_one"],
        "All": ["test_one", "test_two", "test_three attempt 1", "test_three attempt 2"],
        "umbrella two": ["test_two"],
    }


def test_names_and_values_are_text_everywhere(opened):
    tree = a_tree(
        span(
            "tool", EVIL, input={EVIL: [EVIL]}, output=EVIL, error=f"{EVIL}: {EVIL}", tags=(EVIL,), notes=[(EVIL, EVIL)]
        )
    )
    told = failure("call", EVIL, where=EVIL, output=EVIL, of=[Mismatch(EVIL, EVIL, EVIL, f"{EVIL}!")])
    data = page_of(a_test(EVIL, tree, outcome="failed", failure=told))
    data.title = data.about = EVIL
    data.tabs = [
        {
            "title": EVIL,
            "notes": [EVIL],
            "tables": [{"title": EVIL, "columns": [{"text": EVIL, "is_figure": True}], "rows": [[EVIL]]}],
        }
    ]
    page = opened(data)
    page.tab.get_by_role("tab", name="Trace").click()
    assert EVIL in page.detail()
    page.tab.get_by_role("tab", name=EVIL).first.click()
    assert page.tab.evaluate("[document.title, document.images.length]") == [EVIL, 0]


def test_the_page_holds_no_script_of_elsewhere_and_runs_none_that_is_added(opened):
    page = opened(page_of(a_test("test_one", a_tree(WEATHER))))
    assert page.tab.evaluate("document.querySelectorAll('[src], link[rel=stylesheet]').length") == 0
    added = (
        "const made = document.createElement('script'); made.append('document.title = 1'); document.body.append(made)"
    )
    with pytest.raises(Exception, match="TrustedHTML"):
        page.tab.evaluate("document.body.innerHTML = '<b>'")
    page.tab.evaluate(f"() => {{ {added} }}")
    assert page.tab.title() == "shop"
    page.complaints.clear()


def test_views_beside_the_tests_are_tables(opened):
    data = page_of(a_test("test_one", a_tree(WEATHER)))
    rows = [["get_weather", ("12", "good")], ["refund", ("0", "bad")]]
    data.tabs = [
        {
            "title": "Coverage",
            "notes": ["2 tools"],
            "tables": [
                {
                    "title": "",
                    "columns": [{"text": "tool", "is_figure": False}, {"text": "called", "is_figure": True}],
                    "rows": rows,
                }
            ],
        }
    ]
    page = opened(data)
    page.tab.get_by_role("tab", name="Coverage").click()
    assert page.tab.get_by_role("main", name="Coverage").inner_text().split() == [
        "2",
        "tools",
        "tool",
        "called",
        "get_weather",
        "12",
        "refund",
        "0",
    ]
    page.tab.get_by_role("tab", name="Tests 1").click()
    assert page.tab.get_by_role("tree").is_visible()


def test_a_trace_that_can_not_be_read_is_told(opened):
    data = page_of(a_test("test_one", a_tree(WEATHER)))
    data.packed = dict.fromkeys(data.packed, "AAAA")
    page = opened(data)
    assert page.tab.locator(".nothing").inner_text().startswith("The trace of this test can't be shown:")


def test_a_page_without_tests_says_so(opened):
    assert opened(page_of()).tab.locator(".nothing").inner_text() == "No test recorded a trace."

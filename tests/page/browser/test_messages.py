"""Messages of models and values, as the page shows them."""

import re

import pytest

from tests.builders import a_tree, agent, llm, tool
from tests.page.browser.conftest import a_test, page_of


def test_messages_are_a_conversation(opened):
    asked = llm("gpt", tokens=(60, 12), input=[{"role": "user", "content": "Rain?"}], output="No.")
    page = opened(page_of(a_test("test_rain", a_tree(agent("weather", asked)))))
    page.tab.get_by_role("treeitem", name="llm gpt").click()
    talk = [re.sub(r"\s+", " ", said) for said in page.tab.locator(".message").all_inner_texts()]
    assert talk == ["user Rain?", "assistant No."]
    assert "input tokens 60" in re.sub(r"\s+", " ", page.detail())


CALL = {"name": "geocode", "given": {"city": "Paris"}}


FORMS = {
    "openai": {
        "role": "assistant",
        "tool_calls": [{"function": {"name": "geocode", "arguments": '{"city": "Paris"}'}}],
    },
    "anthropic": {
        "role": "assistant",
        "content": [{"type": "tool_use", "name": "geocode", "input": {"city": "Paris"}}],
    },
    "opentelemetry": {
        "role": "assistant",
        "parts": [{"type": "tool_call", "name": "geocode", "arguments": {"city": "Paris"}}],
    },
    "langchain": {"type": "ai", "content": "", "tool_calls": [{"name": "geocode", "args": {"city": "Paris"}}]},
}


@pytest.mark.parametrize("form", FORMS)
def test_a_call_of_a_tool_is_read_in_the_form_of_each_framework(opened, form):
    page = opened(page_of(a_test("test_rain", a_tree(llm("gpt", input=[FORMS[form]], output="ok")))))
    talk = [re.sub(r"\s+", " ", said) for said in page.tab.locator(".message").all_inner_texts()]
    assert talk == ["assistant calls geocode city Paris", "assistant ok"]


ODD = (
    [{"role": "user", "content": None, "tool_calls": {"name": "x"}}],
    [{"role": {"a": 1}, "content": 7, "tool_calls": [None, "x", {"function": None}]}],
    [{"role": "constructor", "parts": [None, {"type": 1}, [], {"content": {"a": [2**70, float("nan")]}}]}],
    {"choices": [None, {"message": {"content": "x"}}], "messages": "none"},
    {"messages": [{"role": "user", "content": "x"}], "system": ["y"]},
    [None, "x"],
    {"content": [[["x"]]]},
)


@pytest.mark.parametrize("value", ODD, ids=range(len(ODD)))
def test_a_value_that_only_looks_like_messages_is_shown_too(opened, value):
    page = opened(page_of(a_test("test_rain", a_tree(llm("gpt", input=value, output=value)))))
    assert {"Input", "Output"} <= set(page.detail().split("\n"))


def test_a_number_is_shown_with_all_its_digits(opened):
    page = opened(page_of(a_test("test_rain", a_tree(tool("x", input={"large": 2**70, "small": 0.1, "none": 0})))))
    told = re.sub(r"\s+", " ", page.detail())
    assert "Input large 1180591620717411303424 small 0.1 none 0" in told

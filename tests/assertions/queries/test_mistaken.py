"""A text that is asked of the wrong word, or copied from a drawn tree, is refused with the word that was meant."""

import re

import pytest

from pytest_traces.assertions.queries.mistakes.spelling import KNOWN_TYPES
from tests.assertions.reading import headline, why
from tests.builders import a_trace, agent, llm, tool

TRACE = a_trace(
    agent(
        "planner",
        llm("chat", model="openai/gpt-4o"),
        agent("buyer", tool("delete_user", error="TimeoutError: upstream timed out"), tool("pay now")),
        tool("search", status="blocked"),
    )
)


def refused(*name, **asked):
    told = why(TRACE.assert_never, *name, **asked)
    return told if told == "it passed" else told.splitlines()[0].removeprefix("TracesError: ")


@pytest.mark.parametrize(
    "line",
    [
        "tool delete_user",
        "  ├─ tool delete_user",
        "│  └─ ∥ tool delete_user ✗ TimeoutError: upstream timed out",
        'tool delete_user {"id": 7} → null',
        "TOOL delete_user",
        "tool delete-user",
        "tool delete_*",
    ],
)
def test_a_line_of_the_drawn_tree_is_no_name(line):
    line = line.strip()
    assert refused(line) == (
        f"nothing is called {line!r}, but {line!r} is drawn of a span; did you mean 'delete_user', type='tool'?"
    )


def test_a_quoted_name_is_read_off_the_drawn_tree():
    assert refused('tool "pay now"').endswith("did you mean 'pay now', type='tool'?")


@pytest.mark.parametrize(
    ("path", "whole"),
    [
        ("planner.buyer.delete_user", "planner.buyer.delete_user"),
        ("buyer.delete_user", "*.buyer.delete_user"),
        ("planner.*.delete_user", "planner.*.delete_user"),
        ("buyer.delete_*", "*.buyer.delete_*"),
        ("planner.delete_user", "planner.buyer.delete_user"),
        ("planner/buyer/delete_user", "planner.buyer.delete_user"),
        ("planner > delete_user", "planner.buyer.delete_user"),
    ],
)
def test_a_path_is_no_name(path, whole):
    told = f"'planner.buyer.delete_user' is a path; did you mean path={whole!r}?"
    assert refused(path) == f"nothing is called {path!r}, but {told}"
    assert refused("refund", under=path) == f"under={path!r} matches nothing, but {told}"


def test_a_regex_of_a_path_is_no_name():
    assert refused(re.compile(r"buyer\.del")) == (
        r"nothing is called /buyer\.del/, but /buyer\.del/ matches the path 'planner.buyer.delete_user'; "
        r"did you mean path=re.compile('buyer\\.del')?"
    )
    assert refused(re.compile("buyer.del")) == "it passed"


@pytest.mark.parametrize("name", ["delete_user", "delete_*", "buyer.delete_user"])
def test_a_name_is_no_path(name):
    assert refused(path=name) == (
        f"path={name!r} matches nothing, but there is the path 'planner.buyer.delete_user', from the root down; "
        f"did you mean path={f'*.{name}'!r}?"
    )


def test_a_type_is_no_name():
    assert refused("agent") == "nothing is called 'agent', but 'agent' is a type; did you mean type='agent'?"
    assert refused("refund", under="agent") == (
        "under='agent' matches nothing, but 'agent' is a type; did you mean under='agent *'?"
    )
    assert refused("retrieval") == refused("refund", under="workflow") == "it passed"


def test_a_model_is_no_name_and_a_name_no_model():
    assert refused("openai/gpt-4o").endswith("but 'openai/gpt-4o' is a model; did you mean model='openai/gpt-4o'?")
    assert refused(model="chat").endswith("but 'chat' is a name; did you mean 'chat' without a word before it?")


def test_an_error_is_no_name():
    assert refused("TimeoutError").endswith(
        "but 'TimeoutError' is a type of errors; did you mean error='TimeoutError'?"
    )


@pytest.mark.parametrize(
    "message", ["upstream timed out", "timed out", "Timed Out", "*timed*", "TimeoutError: upstream"]
)
def test_a_message_is_no_type_of_errors(message):
    asked = re.compile(re.escape(message.strip("*")), re.IGNORECASE)
    assert refused(error=message) == (
        f"error={message!r} matches nothing, but 'TimeoutError: upstream timed out' has that message, "
        f"and a text means its type; did you mean error={asked!r}?"
    )
    assert refused(error=asked) == f"Mismatch: expected no span with error /{asked.pattern}/, found 1"


@pytest.mark.parametrize("regex", ["^timeout", "TIMED OUT", "Upstream", "timed-out"])
def test_a_regex_of_another_case_or_with_other_separators_is_a_slip(regex):
    assert refused(error=re.compile(regex)).startswith(f"error=/{regex}/ matches nothing, but there is 'TimeoutError")


def test_a_status_is_no_type_of_errors():
    assert refused(error="blocked").endswith("but 'blocked' is a status; did you mean status='blocked'?")


@pytest.mark.parametrize("glob", ["delete-*", "delete.*r", "Delete-*", "deleteU*", "*-user"])
def test_a_glob_with_other_separators_is_a_slip(glob):
    assert refused(glob) == f"nothing is called {glob!r}, but 'delete_user' ran; did you mean that one?"


@pytest.mark.parametrize("other", ["delete_*_all", "del-*s", "paid_*", "search?", "tool", "tool refund", "a.b"])
def test_a_name_that_resembles_no_recorded_one_is_another_name(other):
    trace = a_trace(agent("planner", agent("delete_user"), agent("search")))
    assert why(trace.assert_never, other) == "it passed"


@pytest.mark.parametrize(
    ("type", "known"), [("lml", "llm"), ("tol", "tool"), ("agnet", "agent"), ("wokrflow", "workflow"), ("LLM", "llm")]
)
def test_a_misspelt_type_is_refused(type, known):
    assert headline(TRACE.assert_never, type=type) == (
        f"UnknownCondition: unknown type {type!r}; did you mean {known!r}?; known: {', '.join(KNOWN_TYPES)}"
    )


@pytest.mark.parametrize("word", ["metadata", "attributes"])
@pytest.mark.parametrize("value", [None, "tier", 5, ["tier"], True])
def test_metadata_is_always_a_mapping(word, value):
    assert refused(**{word: value}) == f"{word} is a mapping, empty if nothing was recorded; got {value!r}"
    assert refused(**{word: {"tier": 1}}) == refused(**{word: lambda told: "tier" in told}) == "it passed"


@pytest.mark.parametrize("regex", ["", "x*", "^", "^ ?", "late|", "()"])
def test_a_regex_that_finds_nothing_at_all_is_no_value(regex):
    given = re.compile(regex)
    always = f"is always matched by {given!r}; re.compile('.*') matches any text"
    assert why(TRACE.one, "search", input={"q": [given]}) == f"TracesError: input {always}"
    assert why(TRACE.one, "search", output=given) == f"TracesError: output {always}"
    empty = f"must be a name, a glob, a regex or a predicate, got {given!r}"
    assert why(TRACE.one, given) == f"TracesError: name {always.removesuffix(' text') if regex else empty}"


@pytest.mark.parametrize("regex", [".*", "^.*$", "^$", "(?s).*", "a|b"])
def test_a_regex_may_say_that_any_text_will_do(regex):
    assert headline(TRACE.one, "search", output=re.compile(regex)) == (
        f"SpanNotFound: expected 1 span 'search' with output /{regex}/, "
        "found 0: called once, but its output was not captured"
    )


@pytest.mark.parametrize("path", ["planner.delete_user", "planner/buyer/delete_user"])
def test_a_path_has_all_its_steps(path):
    told = refused(path=path)
    assert told.startswith(f"path={path!r} matches nothing, but there is ")
    assert told.endswith("'planner.buyer.delete_user'; did you mean that one?")


@pytest.mark.parametrize(("type", "known"), [("function", "tool"), ("tool_call", "tool"), ("generation", "llm")])
def test_a_type_in_the_words_of_another_tool_is_refused_with_ours(type, known):
    assert headline(TRACE.assert_never, type=type) == (
        f"UnknownCondition: unknown type {type!r}; did you mean {known!r}?; known: {', '.join(KNOWN_TYPES)}"
    )
    assert why(a_trace(agent("a")).assert_never, type=type) == "it passed"


BOOKED = a_trace(tool("book", input={"user": {"id": 7}, "when": "12"}, output={"ok": True, "ids": [1, 2]}))


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ({"user": {"id": "7"}}, "'7' is nowhere in the input of 'book', but 7 is; did you mean that one?"),
        ({"when": 12}, "12 is nowhere in the input of 'book', but '12' is; did you mean that one?"),
        (
            '{"user": {"id": 7}, "when": "12"}',
            '\'{"user": {"id": 7}, "when": "12"}\' is nowhere in the input of \'book\', '
            "but {'user': {'id': 7}, 'when': '12'} is; did you mean that one?",
        ),
        ({"id": 7}, "'id' is no key at the top of the input of 'book', but below 'user'; write it as nested mappings"),
        (
            {"user.id": 7},
            "'user.id' is no key at the top of the input of 'book', but below 'user'; write it as nested mappings",
        ),
    ],
)
def test_a_value_written_otherwise_is_refused(value, told):
    assert headline(BOOKED.assert_never, "book", input=value) == f"TracesError: {told}"


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ({"user": re.compile("7")}, "/7/ is compared with texts only, and found inside the structure of"),
        ("12", "'12' is a part of"),
        ({"kwargs": {"when": "12"}}, "{'kwargs': {'when': '12'}} is a mapping around the value of"),
        ([{"when": "12"}], "[{'when': '12'}] is compared as a whole, and contains the value of"),
        ({"when": {"at": "12"}}, "{'at': '12'} is a structure around the text of"),
    ],
)
def test_a_recorded_value_asked_for_in_another_shape_is_refused(value, told):
    [first, _, hint] = why(BOOKED.assert_never, "book", input=value).splitlines()
    assert first.startswith(f"TracesError: {told} the input of 'book', ")
    assert hint == "hint: write its shape too, or a predicate"


def test_one_item_of_a_list_is_not_the_list():
    trace = a_trace(tool("search", output=[{"id": 1}, {"id": 2}]))
    told = headline(trace.assert_never, "search", output={"id": 1})
    assert told == "TracesError: {'id': 1} is one item of the output of 'search', [{'id': 1}, {'id': 2}]"
    assert why(trace.assert_never, "search", output={"id": 3}) == "it passed"


@pytest.mark.parametrize(
    ("name", "regex"),
    [
        ("book|pay", "book|pay"),
        ("book, pay", "book|pay"),
        ("boo{k,ths}", "boo(k|ths)"),
        ("^bo", "^bo"),
        ("b\\w+", "b\\w+"),
        ("%ok", ".*ok"),
        ("(?i)BOOK", "(?i)BOOK"),
    ],
)
def test_a_pattern_of_another_language_is_refused(name, regex):
    told = headline(BOOKED.assert_never, name)
    fact = f"nothing is called {name!r}, but 'book' matches this pattern of another language"
    assert told == f"TracesError: {fact}; did you mean re.compile({regex!r})?"


@pytest.mark.parametrize("name", ["functions.book", "mcp__travel__book", "travel::book"])
def test_a_name_with_the_prefix_of_a_framework_is_refused(name):
    told = headline(BOOKED.assert_never, name)
    assert told == f"TracesError: nothing is called {name!r}, but 'book' ran; did you mean that one?"


def test_a_predicate_of_errors_compares_type_message_and_text():
    trace = a_trace(tool("book", error="TimeoutError: late"))
    for text in ("TimeoutError", "late", "TimeoutError: late"):
        assert trace.one("book", error=lambda error, text=text: error == text)
    assert trace.one("book", error=lambda error: "late" in error and error.startswith("Time"))
    assert why(trace.assert_never, "book", error=lambda error: error == "ValueError") == "it passed"


@pytest.mark.parametrize("value", [{"user": {"id": 8}}, {"when": "13"}, {"when": True}, {"name": 7}, "book", 7, None])
def test_another_value_is_another_value(value):
    assert why(BOOKED.assert_never, "book", input=value) == "it passed"

"""What matches nothing because it is misspelt is refused, in any word of a query and wherever it is asked."""

import re
import unicodedata

import pytest

from pytest_traces.assertions.queries.conditions import call
from pytest_traces.assertions.queries.matching.arguments import at_most, exactly
from pytest_traces.assertions.queries.mistakes.spelling import KNOWN_TYPES
from pytest_traces.assertions.sequences.patterns import either, optional, parallel, repeat
from pytest_traces.spelling import misspells
from tests.assertions.reading import headline, why
from tests.builders import a_trace, agent, llm, span, tool

TRACE = a_trace(
    agent(
        "planner",
        llm("chat", model="openai/gpt-4o", tags=("fast",)),
        tool(
            "delete_user", input={"user": {"id": 7, "path": "/etc/passwd"}, "rows": [{"size": 1}]}, output="/etc/passwd"
        ),
        tool("pay", error="TimeoutError: late", input='{"amount": 10}', metadata={"try": 1}, attributes={"row": 1}),
    )
)
HINT = "\n\nhint: to ask for exactly this one, write "


def refused(*name, **asked):
    return why(TRACE.assert_never, *name, **asked)


@pytest.mark.parametrize(
    ("name", "ran", "spelt"),
    [
        ("delete_usr", "delete_user", "re.compile('^delete_usr$') or 'delete_us[r]'"),
        ("delete-user", "delete_user", r"re.compile('^delete\\-user$') or 'delete-use[r]'"),
        ("deleteUser", "delete_user", "re.compile('^deleteUser$') or 'deleteUse[r]'"),
        ("delete.user.", "delete_user", r"re.compile('^delete\\.user\\.$') or 'delete.use[r].'"),
        ("PAY", "pay", "re.compile('^PAY$') or 'PA[Y]'"),
        ("Delete_*", "delete_user", "'Delete[_]*'"),
        ("[D]elete_?", None, None),
        ("[!x]ELETE_*", "delete_user", r"re.compile('^\\[!x\\]ELETE_\\*$')"),
        (re.compile("^Delete"), "delete_user", "re.compile('(?-i:^Delete)')"),
    ],
)
def test_a_slip_of_a_name_is_refused_with_a_way_to_say_it(name, ran, spelt):
    shown = f"/{name.pattern}/" if isinstance(name, re.Pattern) else repr(name)
    fact = f"TracesError: nothing is called {shown}, but {ran!r} ran; did you mean that one?{HINT}{spelt}"
    assert why(TRACE.assert_never, name) == ("it passed" if ran is None else fact)
    for written in [] if spelt is None else spelt.split(" or "):
        assert why(TRACE.assert_never, eval(written)) == "it passed"


CAFE = "caf\u00e9_find"
DECOMPOSED = unicodedata.normalize("NFD", CAFE)


def test_composed_and_decomposed_letters_are_the_same():
    trace = a_trace(tool(CAFE))
    for name in (CAFE, "caf\u00c9_*", re.compile("CAF\u00c9")):
        other = DECOMPOSED if name == CAFE else name
        assert headline(trace.assert_never, other).endswith(f", but {CAFE!r} ran; did you mean that one?")
    trace = a_trace(tool(DECOMPOSED))
    for name in (CAFE, "caf\u00e9_*", re.compile("caf\u00e9")):
        assert headline(trace.assert_never, name).endswith(f", but {DECOMPOSED!r} ran; did you mean that one?")


@pytest.mark.parametrize("other", ["delete_users", "delete_user2", "_", "delete_usex", "gpt-4", "delete_*_all", "^x$"])
def test_another_name_is_no_slip(other):
    assert why(TRACE.assert_never, other) == "it passed"
    assert why(TRACE.assert_never, re.compile(f"^{re.escape(other)}$")) == "it passed"


@pytest.mark.parametrize(
    ("word", "given", "there"),
    [
        ("under", "planer", "planner"),
        ("under", "agent planer", "agent planner"),
        ("source", "runtme", "runtime"),
        ("model", "openai/gtp-4o", "openai/gpt-4o"),
        ("model", "gpt-4o", "openai/gpt-4o"),
        ("model", "GPT-4o", "openai/gpt-4o"),
        ("model", "gpt-4?", "openai/gpt-4o"),
        ("model", "gp?-4O", "openai/gpt-4o"),
        ("model", "gpt-4", None),
        ("model", "openai/gpt-4", None),
        ("model", "x", None),
        ("tags", "fsat", "fast"),
        ("tags", ["fast", "Fast"], "fast"),
        ("tags", ["fast", "slow"], None),
        ("error", "TimeotError", "TimeoutError"),
        ("path", "planner.dlete_user", "planner.delete_user"),
    ],
)
def test_a_slip_in_any_word_is_refused(word, given, there):
    one = given[1] if isinstance(given, list) else given
    told = why(TRACE.assert_never, "refund", **{word: given})
    fact = f"TracesError: {word}={one!r} matches nothing, but there is {there!r}; did you mean that one?"
    assert told.splitlines()[0] == ("it passed" if there is None else fact)


def test_a_model_without_the_way_to_its_provider_is_refused():
    trace = a_trace(llm("chat", model="openrouter/openai/gpt-4o"))
    assert headline(trace.assert_never, model="gpt-4o") == (
        "TracesError: model='gpt-4o' matches nothing, but there is 'openrouter/openai/gpt-4o'; did you mean that one?"
    )


def test_a_glob_of_a_model_without_its_provider_is_refused():
    assert refused(model="gpt-*") == (
        "TracesError: model='gpt-*' matches nothing, but there is 'openai/gpt-4o'; did you mean that one?"
        f"{HINT}'gp[t]-*'"
    )
    assert refused(model=re.compile("^gpt-")) == "it passed"


@pytest.mark.parametrize("model", ["re.compile('^gpt-4o$')", "'gpt-4[o]'"])
def test_a_model_spelt_out_is_meant_as_it_stands(model):
    assert refused(model=eval(model)) == "it passed"


def test_a_condition_that_some_span_meets_is_no_slip():
    assert why(TRACE.assert_never, "pay", under="pay") == "it passed"
    assert why(TRACE.assert_never, "delete_user", source="runtime", error=True) == "it passed"
    assert why(TRACE.assert_never, lambda name: name == "refund", model=None, type="tool", under=TRACE.agents) == (
        "it passed"
    )


@pytest.mark.parametrize(
    ("name", "word", "value", "key", "there"),
    [
        ("pay", "input", {"amont": 5}, "amont", "amount"),
        ("pay", "input", exactly({"amont": 5}), "amont", "amount"),
        ("pay", "input", at_most({"amont": 5}), "amont", "amount"),
        ("delete_user", "input", {"user": {"Id": 1}}, "Id", "id"),
        ("delete_user", "input", {"rows": [{"sizee": 1}]}, "sizee", "size"),
        ("pay", "metadata", {"tyr": 1}, "tyr", "try"),
        ("pay", "attributes", {"roww": 1}, "roww", "row"),
    ],
)
def test_a_slip_of_a_key_is_refused(name, word, value, key, there):
    assert why(TRACE.assert_never, name, **{word: value}) == (
        f"TracesError: {key!r} is nowhere in the {word} of {name!r}, but {there!r} is; did you mean that one?\n\n"
        "hint: to ask for exactly this value, write a predicate"
    )


def test_a_slip_of_a_key_of_any_span_is_refused():
    told = headline(TRACE.assert_never, type="tool", input={"amont": 5})
    assert told == "TracesError: 'amont' is nowhere in the input of any span, but 'amount' is; did you mean that one?"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("pay", {"amount": 5}),
        ("pay", {"amounts": 5}),
        ("delete_user", {"amont": 5}),
        ("refund", {"amont": 5}),
        ("pay", [{"amont": 5}]),
        ("pay", "amont"),
        ("delete_user", {"user": {"amount": 1}, "rows": {"size": 2}}),
    ],
)
def test_another_value_is_no_slip(name, value):
    assert why(TRACE.assert_never, name, input=value) == "it passed"


@pytest.mark.parametrize("glob", ["/etc/*", "/etc/passw?", "[/]etc/passwd"])
def test_a_glob_where_values_are_compared_whole_is_refused(glob):
    end = "where '/etc/passwd' is; use re.compile(...)"
    told = f"TracesError: values are compared whole: {glob!r} is no glob in the input of 'delete_user', {end}"
    assert why(TRACE.assert_never, "delete_user", input={"user": {"path": glob}}) == told
    assert why(TRACE.assert_never, "delete_user", output=glob) == told.replace("input", "output")


def test_a_value_that_looks_like_a_glob_may_be_meant():
    trace = a_trace(tool("f", input={"path": "a*", "at": 1, "by": 2}), tool("f", input={"path": 5}))
    assert why(trace.assert_never, "f", input={"path": "a*", "at": 2}) == "it passed"
    assert why(trace.assert_never, "f", input={"path": "b*"}) == "it passed"
    assert why(a_trace(tool("f", output="x" * 99)).assert_never, output="x*") == (
        "TracesError: values are compared whole: 'x*' is no glob in the output of any span, "
        f"where '{'x' * 58}… is; use re.compile(...)"
    )


@pytest.mark.parametrize(
    "ask",
    [
        lambda: TRACE.assert_never("delete_user", under="planer"),
        lambda: TRACE.assert_calls(at_most={call("pay", under="planer"): 0}),
        lambda: TRACE.assert_calls({"delete_user": 1, "pay": 1, call("pay", under="planer"): 0}),
        lambda: TRACE.assert_followed(when=call("pay", under="planer"), by="delete_user"),
        lambda: TRACE.find("pay", under="planer"),
        lambda: not TRACE.tools.find("pay", under="planer"),
    ],
)
def test_a_slip_is_refused_by_every_assertion_that_expects_no_span(ask):
    assert headline(ask) == (
        "TracesError: under='planer' matches nothing, but there is 'planner'; did you mean that one?"
    )


@pytest.mark.parametrize(
    "ask",
    [
        lambda asked: TRACE.find(type="tol"),
        lambda asked: TRACE.assert_calls(at_most={asked: 0}),
        lambda asked: TRACE.assert_calls(only=["pay", "delete_user", asked]),
        lambda asked: TRACE.assert_followed(when=asked, by="pay"),
        lambda asked: TRACE.assert_followed(when="delete_user", by=asked),
        lambda asked: TRACE.assert_sequence("delete_user", "pay", optional(asked)),
        lambda asked: TRACE.assert_sequence("delete_user", either(["pay", ...], asked)),
        lambda asked: TRACE.assert_sequence(..., repeat(["pay", optional(asked)])),
        lambda asked: TRACE.assert_sequence(parallel("delete_user", ["pay", optional(asked)])),
    ],
)
def test_an_unknown_type_is_refused_wherever_it_is_asked(ask):
    known = ", ".join(KNOWN_TYPES)
    assert why(ask, call(type="tol")) == f"UnknownCondition: unknown type 'tol'; did you mean 'tool'?; known: {known}"


@pytest.mark.parametrize(
    ("type", "like"), [("retriever", "retrieval"), ("Tool", "tool"), ("llms", "llm"), ("guardrial", "guardrail")]
)
def test_a_type_is_like_a_known_one_or_one_that_is_there(type, like):
    trace = a_trace(tool("a"), span("guardrail", "b"))
    known = ", ".join(sorted([*KNOWN_TYPES, "guardrail"]))
    assert why(trace.assert_never, type=type) == (
        f"UnknownCondition: unknown type {type!r}; did you mean {like!r}?; known: {known}"
    )


@pytest.mark.parametrize("type", ["subagent", "planner", "retry", "tol*", re.compile("^tol$")])
def test_a_type_that_resembles_no_known_one_is_no_slip(type):
    assert why(TRACE.assert_never, type=type) == "it passed"


@pytest.mark.parametrize(("given", "there"), [("--", "++"), ("x4abc", "4abcd"), ("abc1d", "abc1")])
def test_names_that_differ_only_in_signs_or_digits_are_no_slips(given, there):
    assert not misspells(given, there)


@pytest.mark.parametrize(("given", "there"), [("4abc", "x4abc"), ("abcd", "abc")])
def test_a_letter_too_many_is_a_slip(given, there):
    assert misspells(given, there)


def test_keys_are_those_of_calls_of_that_name_and_type():
    assert refused("pay", type="llm", input={"amont": 5}) == "it passed"

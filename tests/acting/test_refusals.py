"""What no act can mean is refused in the line that says it."""

from __future__ import annotations

from threading import Lock

import pytest

import pytest_traces
from pytest_traces import TracesError, UnknownCondition

KNOWN = "name, type, path, model, tags, input, metadata, source, under"


def refusal(act) -> str:
    with pytest.raises(TracesError) as refused, pytest_traces.record() as trace:
        act(trace)
    return str(refused.value)


async def pieces(call):
    yield call


class Fussy(Exception):
    def __init__(self, code):
        super().__init__(code)


@pytest.mark.parametrize("word", ["output", "status", "error", "attributes"])
def test_a_condition_on_the_result_picks_no_call(word):
    told = refusal(lambda trace: trace.on("pay", **{word: "x"}))
    assert told == f"an act picks a call before it runs: its {word} is not known then; known are {KNOWN}"


def test_a_misspelt_condition_names_the_nearest_one():
    with pytest.raises(UnknownCondition) as refused, pytest_traces.record() as trace:
        trace.on("pay", inptu={"amount": 5})
    assert str(refused.value) == (
        "unknown condition 'inptu'; did you mean 'input'?; known: input, metadata, model, name, path, source, tags, "
        "type, under"
    )


@pytest.mark.parametrize(
    ("act", "told"),
    [
        (lambda t: t.on(), "trace.on() needs a name or a condition: without one it acts on anything"),
        (lambda t: t.on(None), "name must be a name, a glob, a regex or a predicate, got None"),
        (lambda t: t.on("pay "), "name begins or ends with a space, got 'pay '"),
        (
            lambda t: t.on(type="tol"),
            "unknown type 'tol'; did you mean 'tool'?; known: action, agent, chain, embedding, llm, plan, retrieval, "
            "tool, workflow",
        ),
        (lambda t: t.on("pay", under=[]), "under must be a span, some spans or a name, got no span"),
        (
            lambda t: t.on("pay", input=set),
            "input is captured as str, int, float, bool, list, dict, NoneType, never as set",
        ),
    ],
)
def test_a_condition_that_matches_nothing_or_anything_is_refused(act, told):
    assert refusal(act) == told


@pytest.mark.parametrize(
    ("act", "told"),
    [
        (lambda on: on.raises("late"), "raises() takes an exception, got 'late'"),
        (
            lambda on: on.raises(Fussy),
            "Fussy can't be made without arguments (Fussy.__init__() missing 1 required positional argument: 'code'): "
            "give an exception that is made; an error of an SDK comes from responds(429)",
        ),
        (
            lambda on: on.raises(StopIteration("done")),
            "raises() takes an error, and StopIteration is how Python ends a generator",
        ),
        (
            lambda on: on.returns(TimeoutError),
            "returns() gives a value, and <class 'TimeoutError'> is an exception: raises() lets the call fail",
        ),
        (
            lambda on: on.returns(pieces),
            "pieces is an async generator, which gives no value: a list of its pieces is one",
        ),
        (
            lambda on: on.returns(Lock()),
            "returns() copies its value, and this can't be copied (cannot pickle '_thread.lock' object): "
            "a function makes one for each call, as in returns(lambda call: ...)",
        ),
        (
            lambda on: on.returns(piece for piece in "ab"),
            "returns() takes a value that can be given twice, got a generator",
        ),
        (
            lambda on: on.returns(lambda: 5),
            "returns() calls <lambda> with the call, and it takes other arguments: too many positional arguments",
        ),
        (lambda on: on.delays(seconds=-1), "delays() takes seconds above 0, got -1"),
        (lambda on: on.delays(seconds=1e10), "delays() takes seconds above 0, got 10000000000.0"),
        (lambda on: on.delays(seconds=True), "delays() takes seconds above 0, got True"),
        (lambda on: on.responds("429"), "responds() takes an HTTP status from 200 to 599, got '429'"),
        (lambda on: on.responds(429, headers={"retry-after": 0}), "headers are texts by name, got {'retry-after': 0}"),
        (lambda on: on.responds(429, headers=["retry-after"]), "headers are texts by name, got ['retry-after']"),
        (
            lambda on: on.responds(429, headers={"retry-after": "spät"}),
            "HTTP sends no such header: 'retry-after': 'spät'",
        ),
        (lambda on: on.responds(429, headers={"retry after": "0"}), "HTTP sends no such header: 'retry after': '0'"),
        (
            lambda on: on.responds(200, body="{}", headers={"Content-Encoding": "gzip"}),
            "'Content-Encoding' follows from the body, which is sent as it is",
        ),
        (
            lambda on: on.responds(200, body={"temp": float("nan")}),
            "the body of responds() is sent as JSON: Out of range float values are not JSON compliant",
        ),
        (
            lambda on: on.responds(200, body={1, 2}),
            "the body of responds() is sent as JSON: Object of type set is not JSON serializable",
        ),
        (lambda on: on.says(5), "says() takes a text, got 5"),
        (
            lambda on: on.says("\ud83d"),
            "the text of says() is sent as UTF-8: 'utf-8' codec can't encode character '\\ud83d' in position 0: "
            "surrogates not allowed",
        ),
        (lambda on: on.calls(""), "calls() takes the name of a tool, got ''"),
        (
            lambda on: on.calls("pay", [5]),
            "calls() takes arguments by name, or a text as a model may write it, got [5]",
        ),
        (
            lambda on: on.calls("pay", {"amount": {5}}),
            "the call of calls() is sent as JSON: Object of type set is not JSON serializable",
        ),
        (lambda on: on.raises(OSError, times=0), "times is a whole number from 1, or ... for every call, got 0"),
        (lambda on: on.raises(OSError, times=True), "times is a whole number from 1, or ... for every call, got True"),
        (lambda on: on.after(-1), "after is a whole number from 0, got -1"),
    ],
)
def test_a_value_that_the_framework_cannot_pass_on_is_refused_at_once(act, told):
    assert refusal(lambda trace: act(trace.on("pay"))) == told


@pytest.mark.parametrize("verb", ["says", "calls", "responds"])
def test_says_and_calls_are_refused_of_other_calls_than_models(verb):
    argument = 429 if verb == "responds" else "x"
    who = "calls of models" if verb == "responds" else "language models"
    told = refusal(lambda trace: getattr(trace.on(type="tool"), verb)(argument))
    assert told == f"{verb}() is for {who}, and type='tool' picks others"


def test_an_embedding_says_nothing():
    told = refusal(lambda trace: trace.on(type="embedding").says("x"))
    assert told == "says() is for language models, and type='embedding' picks others"


def test_an_act_has_one_verb():
    def twice(trace):
        act = trace.on("pay")
        act.raises(OSError)
        act.says("no")

    assert refusal(twice) == "trace.on('pay').raises(OSError) has its verb; pick the calls again for says('no')"


def test_acts_come_before_the_end_of_a_recording():
    with pytest_traces.record() as trace:
        pass
    with pytest.raises(TracesError) as refused:
        trace.on("pay")
    assert str(refused.value) == "trace.on() picks calls that are still to come, and this recording is over"

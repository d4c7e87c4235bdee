"""An act that did not do what it says fails its test."""

from __future__ import annotations

import asyncio
from textwrap import dedent

import pytest

import pytest_traces
from pytest_traces.runtime import agent_trace, record_span, span
from tests.acting.programs import ask, geocode, look_up
from tests.acting.test_acts import tokens


def fault(act, program=ask, *, raised=pytest_traces.ExpectationError) -> str:
    """Return what a recording raises at its end."""
    with pytest.raises(raised) as failed, pytest_traces.record() as trace:  # noqa: PT012
        act(trace)
        program()
    return str(failed.value)


def told(text: str) -> str:
    return dedent(text).strip()


def test_an_act_that_met_no_call_draws_the_nearest_one():
    assert fault(lambda trace: trace.on("get_wether").raises(TimeoutError("late"))) == told("""
        expected to act on call 'get_wether', found 0

        agent weather
        ├─ tool geocode
        └─ tool get_weather   ← did you mean this one?

        hint: trace.on('get_wether').raises(TimeoutError('late')) never took a call
    """)


def test_a_call_with_another_input_is_the_nearest_one():
    assert fault(lambda trace: trace.on("geocode", input={"city": "Rome"}).returns(None)) == told("""
        expected to act on call 'geocode' with input {'city': 'Rome'}, found 0: called once, with another input

        agent weather
        ├─ tool geocode   ← its input.city is "Paris", expected "Rome"
        └─ tool get_weather

        hint: trace.on('geocode', input={'city': 'Rome'}).returns(None) never took a call
    """)


def test_too_few_calls_are_counted():
    def failing():
        with pytest.raises(OSError):  # noqa: PT011
            ask()

    assert fault(lambda trace: trace.on("geocode").raises(OSError, times=2), failing) == (
        told("""
            expected to act 2 times on call 'geocode': found 1, acted on 1

            agent weather ✗ OSError
            └─ tool geocode ✗ OSError   ⚡ raises   ← taken

            hint: trace.on('geocode').raises(OSError) times=2 is not spent
        """)
    )


def test_a_later_call_that_never_came_is_not_met():
    assert fault(lambda trace: trace.on("geocode").after(1).raises(OSError)) == told("""
        expected to act on call 'geocode' after the first call: found 1, acted on 0

        agent weather
        ├─ tool geocode   ← skipped
        └─ tool get_weather

        hint: trace.on('geocode').after(1).raises(OSError) is not spent
    """)


def test_an_act_on_an_empty_trace_says_so():
    told = fault(lambda trace: trace.on("geocode").raises(OSError), lambda: None, raised=pytest_traces.EmptyTrace)
    assert told.startswith("trace.on('geocode').raises(OSError) had nothing to act on: nothing was recorded")


def test_an_act_without_a_verb_does_nothing_and_is_refused():
    assert fault(lambda trace: trace.on("geocode"), raised=pytest_traces.TracesError) == (
        "trace.on('geocode') does nothing: say what happens, as in .raises(TimeoutError())"
    )


def test_an_act_on_one_of_two_concurrent_calls_is_told_as_luck():
    def program():
        asyncio.run(look_up("paris", "rome"))

    assert fault(lambda trace: trace.on("search").raises(TimeoutError("late")), program) == told("""
        trace.on('search').raises(TimeoutError('late')) took one of 2 concurrent calls by luck; say which: input=...

        agent desk
        ├─ ∥ tool search   ← concurrent, not taken
        └─ ∥ tool search ✗ TimeoutError: late   ⚡ raises   ← taken
    """)


def test_one_that_waits_for_the_first_of_concurrent_calls_is_luck_too():
    def program():
        asyncio.run(look_up("paris", "rome"))

    headline, *_ = fault(lambda trace: trace.on("search").after(1).returns([]), program).splitlines()
    assert (
        headline
        == "trace.on('search').after(1).returns([]) took one of 2 concurrent calls by luck; say which: input=..."
    )


def test_two_acts_for_two_concurrent_calls_meet_them_by_luck():
    def acts(trace):
        trace.on("search").returns([1])
        trace.on("search").returns([2])

    headline, *_ = fault(acts, lambda: asyncio.run(look_up("paris", "rome"))).splitlines()
    assert headline == "trace.on('search').returns([1]) took one of 2 concurrent calls by luck; say which: input=..."


def test_all_concurrent_calls_are_taken_without_luck(trace):
    trace.on("search").raises(TimeoutError, times=2)
    asyncio.run(look_up("paris", "rome"))


def test_a_span_that_is_reported_when_it_is_over_cannot_be_acted_on():
    def program():
        with agent_trace(agent_name="desk"):
            record_span(span_type="tool", name="lookup", input={"key": 1}, latency_ms=5)

    assert fault(lambda trace: trace.on("lookup").raises(OSError), program) == told("""
        trace.on('lookup').raises(OSError) can't act on tool 'lookup': it is only observed by 'runtime'

        agent desk
        └─ tool lookup   ← could not be acted on
    """)


def test_a_tool_says_nothing():
    def program():
        geocode("Paris")

    assert fault(lambda trace: trace.on("geocode").says("x"), program, raised=pytest_traces.TracesError) == (
        "says('x') is impossible for tool 'geocode': "
        "only a language model says something: returns() gives the value of any other call"
    )


@pytest.mark.parametrize(("verb", "given"), [("says", ["x"]), ("calls", ["pay", {}])])
def test_a_model_that_asks_no_sdk_cannot_be_answered_for(verb, given):
    def program():
        with span(span_type="llm", name="gpt-4o"):
            pass

    act = f"{verb}({', '.join(map(repr, given))})"
    assert fault(lambda trace: getattr(trace.on(type="llm"), verb)(*given), program) == told(f"""
        trace.on(type='llm').{act} can't act on llm 'gpt-4o': no request of an SDK was seen by 'runtime'

        llm gpt-4o   ← could not be acted on

        hint: returns() sets the value of a function of the program
    """)


def test_an_impossible_act_fails_the_test_also_if_the_program_caught_the_error():
    def program():
        with pytest.raises(pytest_traces.TracesError):
            list(tokens())

    assert fault(lambda trace: trace.on("tokens").returns("xy"), program, raised=pytest_traces.TracesError) == (
        "returns('xy') is impossible for tool 'tokens': it is a generator, which yields: give a list of its pieces"
    )


def test_a_value_that_cannot_be_computed_is_no_failure_of_the_tool():
    def program():
        with pytest.raises(pytest_traces.TracesError):
            geocode("Paris")

    assert fault(
        lambda trace: trace.on("geocode").returns(lambda call: call.input["town"]),
        program,
        raised=pytest_traces.TracesError,
    ) == ("returns(<lambda>) is impossible for tool 'geocode': its function raised KeyError: 'town'")


def test_a_value_that_an_async_function_cannot_compute_is_no_failure_either():
    async def broken(call):
        await asyncio.sleep(0)
        raise ZeroDivisionError("no")

    assert fault(
        lambda trace: trace.on("search").returns(broken),
        lambda: asyncio.run(look_up("paris")),
        raised=pytest_traces.TracesError,
    ) == ("returns(broken) is impossible for tool 'search': its function raised ZeroDivisionError: no")


@pytest.mark.parametrize(
    ("name", "program"), [("geocode", lambda: geocode("Paris")), ("tokens", lambda: list(tokens()))]
)
def test_a_call_that_is_not_async_waits_for_no_value(name, program):
    async def computed(call):
        await asyncio.sleep(0)

    assert fault(lambda trace: trace.on(name).returns(computed), program, raised=pytest_traces.TracesError) == (
        f"returns(computed) is impossible for tool '{name}': "
        "the call is not async, the function that computes its value is"
    )


def test_an_act_on_what_is_told_later_comes_too_late():
    def program():
        with span(span_type="retrieval", name="load") as step:
            step.record_input({"key": 3})

    assert fault(lambda trace: trace.on("load", input={"key": 3}).raises(OSError), program) == told("""
        expected to act on call 'load' with input {'key': 3}, but its condition was not known before the call ran

        retrieval load   ← this one, too late

        hint: of trace.on('load', input={'key': 3}).raises(OSError)
    """)


def test_a_predicate_that_fails_is_no_silent_no():
    def judge(given):
        raise ZeroDivisionError("no")

    assert fault(lambda trace: trace.on("geocode", input=judge).raises(OSError), raised=pytest_traces.TracesError) == (
        "the condition of an act raised ZeroDivisionError: no"
    )


def test_an_error_of_the_test_comes_first_and_carries_what_is_wrong_with_its_acts():
    with pytest.raises(ZeroDivisionError) as failed, pytest_traces.record() as trace:  # noqa: PT012
        trace.on("get_wether").raises(OSError)
        ask()
        _ = 1 / 0
    [note] = failed.value.__notes__
    assert note.startswith("\nSpanNotFound: expected to act on call 'get_wether', found 0\n")


def test_no_value_stands_in_place_of_a_block():
    def program():
        with pytest.raises(pytest_traces.TracesError), span(span_type="retrieval", name="load"):
            pytest.fail("the block ran")

    assert fault(lambda trace: trace.on("load").returns(5), program, raised=pytest_traces.TracesError) == (
        "returns(5) is impossible for retrieval 'load': a `with` block runs, so nothing can stand in its place; "
        "it can fail or begin later"
    )


@pytest.mark.parametrize("times", [1, ...])
def test_calls_before_the_act_are_none_of_its_own(times):
    with pytest_traces.record() as trace:
        ask()
        trace.on("geocode").returns({"lat": 0, "lon": 0}, times=times)
        ask()
    assert [call.acted for call in trace.find("geocode")] == [None, "returns"]


def test_a_call_that_ran_before_the_act_was_made_is_pointed_out():
    def too_late(trace):
        ask()
        trace.on("geocode").returns(None)

    assert fault(too_late, lambda: None) == told("""
        expected to act on call 'geocode', but it ran before the act was made

        agent weather
        ├─ tool geocode   ← ran before
        └─ tool get_weather

        hint: trace.on('geocode').returns(None) never took a call
    """)

"""What ran beside, under and after what."""

from pytest_traces.assertions.queries.conditions import call
from tests.assertions.reading import headline, text, why
from tests.builders import a_trace, agent, at_once, llm, tool

TRIP = a_trace(
    agent(
        "planner",
        at_once(tool("geocode", input={"city": "Paris"}), [tool("get_time"), tool("get_zone")]),
        agent("booker", tool("book", tool("audit"))),
        tool("geocode", input={"city": "Oslo"}),
    )
)


def test_parallel_calls_ran_side_by_side():
    TRIP.assert_parallel("geocode", "get_time")
    TRIP.assert_parallel("get_zone", call("geocode", input={"city": "Paris"}))


def test_calls_one_after_the_other_were_not_parallel():
    assert why(TRIP.assert_parallel, "get_time", "book") == text(
        """
        Mismatch: expected 'get_time', 'book' side by side, 'book' began after 'get_time'

        agent planner
        ├─ ∥ tool geocode
        ├─ ∥ tool get_time   ← here
        ├─ ∥ ↳ tool get_zone
        ├─ agent booker
        │  └─ tool book   ← here
        │     └─ tool audit
        └─ tool geocode
        """
    )


def test_one_call_is_not_parallel_with_itself():
    assert why(TRIP.assert_parallel, "get_time", "get_time") == text(
        """
        Mismatch: expected 'get_time', 'get_time' side by side, 'get_time' ran only once

        agent planner
        ├─ ∥ tool geocode
        ├─ ∥ tool get_time   ← here
        ├─ ∥ ↳ tool get_zone
        ├─ agent booker
        │  └─ tool book
        │     └─ tool audit
        └─ tool geocode
        """
    )


def test_three_must_all_run_side_by_side():
    assert why(TRIP.assert_parallel, "geocode", "get_time", "get_zone") == text(
        """
        Mismatch: expected 'geocode', 'get_time', 'get_zone' side by side, 'get_zone' began after 'get_time'

        agent planner
        ├─ ∥ tool geocode   ← here
        ├─ ∥ tool get_time   ← here
        ├─ ∥ ↳ tool get_zone   ← here
        ├─ agent booker
        │  └─ tool book
        │     └─ tool audit
        └─ tool geocode   ← here
        """
    )


def test_a_call_that_did_not_run_was_not_parallel():
    assert why(TRIP.assert_parallel, "get_time", "get_tiem") == text(
        """
        SpanNotFound: expected at least 1 span 'get_tiem', found 0

        agent planner
        ├─ ∥ tool geocode
        ├─ ∥ tool get_time   ← did you mean this one?
        ├─ ∥ ↳ tool get_zone
        ├─ agent booker
        │  └─ tool book
        │     └─ tool audit
        └─ tool geocode
        """
    )


def test_nested_spans_are_returned():
    assert TRIP.assert_nested("audit", under="agent booker").names == ["audit"]
    assert TRIP.assert_nested(type="tool", under=TRIP.one("planner")).count == 6


def test_a_span_elsewhere_is_not_nested():
    assert why(TRIP.assert_nested, "geocode", under="agent booker") == text(
        """
        Mismatch: expected every span 'geocode' under 'agent booker', 2 of 2 are elsewhere

        agent planner
        ├─ ∥ tool geocode   ← elsewhere
        ├─ ∥ tool get_time
        ├─ ∥ ↳ tool get_zone
        ├─ agent booker
        │  └─ tool book
        │     └─ tool audit
        └─ tool geocode   ← elsewhere
        """
    )


def test_a_span_that_did_not_run_is_not_nested():
    assert why(TRIP.assert_nested, "adit", under="agent booker") == text(
        """
        SpanNotFound: expected at least 1 span 'adit', found 0

        agent planner
        ├─ ∥ tool geocode
        ├─ ∥ tool get_time
        ├─ ∥ ↳ tool get_zone
        ├─ agent booker
        │  └─ tool book
        │     └─ tool audit   ← did you mean this one?
        └─ tool geocode
        """
    )


def test_followed_returns_the_spans_that_were_followed():
    assert TRIP.assert_followed(when="get_time", by="book").count == 1
    assert TRIP.assert_followed(when="delete_user", by="audit").count == 0


def test_followed_refuses_a_misspelt_name():
    assert why(TRIP.assert_followed, when="get_tiem", by="book") == text(
        """
        TracesError: nothing is called 'get_tiem', but 'get_time' ran; did you mean that one?

        hint: to ask for exactly this one, write re.compile('^get_tiem$') or 'get_tie[m]'
        """
    )


def test_a_span_that_was_not_followed_is_pointed_out():
    assert why(TRIP.assert_followed, when="geocode", by="book") == text(
        """
        Mismatch: expected 'book' after every 'geocode', it did not come after that

        agent planner
        ├─ ∥ tool geocode
        ├─ ∥ tool get_time
        ├─ ∥ ↳ tool get_zone
        ├─ agent booker
        │  └─ tool book
        │     └─ tool audit
        └─ tool geocode   ← not followed by 'book'
        """
    )


def test_followed_takes_calls_by_the_span_above_them():
    audit = call("audit", under="booker")
    assert TRIP.assert_followed(when=call("book", under="booker"), by=audit).count == 1
    assert TRIP.assert_followed(when=call("book", under="audit"), by=audit).count == 0


def test_a_call_that_never_ran_did_not_follow():
    assert why(TRIP.assert_followed, when="book", by="confirm") == text(
        """
        Mismatch: expected 'confirm' after every 'book', it never came

        agent planner
        ├─ ∥ tool geocode
        ├─ ∥ tool get_time
        ├─ ∥ ↳ tool get_zone
        ├─ agent booker
        │  └─ tool book   ← not followed by 'confirm'
        │     └─ tool audit
        └─ tool geocode
        """
    )


def test_concurrent_calls_did_not_follow_one_another():
    paris = call("geocode", input={"city": "Paris"})
    assert headline(TRIP.assert_followed, when="get_time", by=paris) == (
        "Mismatch: expected call('geocode', input={'city': 'Paris'}) after every 'get_time', it did not come after that"
    )


def test_the_same_call_again_is_a_loop():
    trace = a_trace(agent("planner", *(tool("search", input={"q": "x"}) for _ in range(3)), tool("read", input=1)))
    assert why(trace.assert_no_loops) == text(
        """
        Mismatch: expected no call of 'search' with the same input again, found 3 with {"q": "x"}

        agent planner
        ├─ tool search   ← 1
        ├─ tool search   ← 2
        ├─ tool search   ← 3
        └─ tool read
        """
    )
    trace.assert_no_loops(at_most=3)


def test_all_loops_are_told_at_once():
    trace = a_trace(agent("planner", *(tool(name, input=1) for name in ("a", "a", "b", "b"))))
    assert why(trace.assert_no_loops) == text(
        """
        Mismatch: 2 calls were made again and again

        - expected no call of 'a' with the same input again, found 2 with 1
        - expected no call of 'b' with the same input again, found 2 with 1

        agent planner
        ├─ tool a   ← 1
        ├─ tool a   ← 2
        ├─ tool b   ← 1
        └─ tool b   ← 2
        """
    )


def test_calls_with_different_arguments_are_no_loop():
    cities = ("Paris", "Oslo", "Rome", "Bern")
    a_trace(agent("planner", at_once(*(tool("weather", input={"city": city}) for city in cities)))).assert_no_loops()


def test_a_retry_is_no_loop_but_a_call_after_success_is():
    again = [tool("weather", input={}, error="TimeoutError: late"), tool("weather", input={})]
    a_trace(agent("planner", *again)).assert_no_loops()
    assert headline(a_trace(agent("planner", *again, tool("weather", input={}))).assert_no_loops) == (
        "Mismatch: expected no call of 'weather' with the same input again, found 2 with {}"
    )


def test_calls_of_two_agents_are_no_loop():
    a_trace(agent("a", tool("read", input=1)), agent("b", tool("read", input=1))).assert_no_loops()


def test_calls_without_captured_arguments_cannot_be_told_apart():
    assert why(a_trace(agent("planner", tool("search"), tool("search"))).assert_no_loops) == text(
        """
        Mismatch: expected to tell 2 calls of 'search' apart, their input was not captured

        agent planner
        ├─ tool search   ← 1
        └─ tool search   ← 2
        """
    )


def test_no_tools_are_no_proof_against_loops():
    assert why(a_trace(llm("gpt")).assert_no_loops) == text(
        """
        SpanNotFound: expected at least 1 tool span, found 0

        llm gpt
        """
    )


def test_two_steps_in_sequence_are_told_in_the_order_in_which_they_ran():
    trace = a_trace(agent("planner", tool("a"), tool("b")))
    assert headline(trace.assert_parallel, "b", "a") == (
        "Mismatch: expected 'b', 'a' side by side, 'b' began after 'a'"
    )
    assert headline(a_trace(tool("a"), tool("a")).assert_parallel, "a", "a") == (
        "Mismatch: expected 'a', 'a' side by side, 'a' began after 'a'"
    )


def test_steps_that_are_concurrent_in_pairs_need_not_be_concurrent_all_together():
    three = a_trace(
        agent("planner", at_once(tool("a", call_id="a1"), tool("b", call_id="b1"))),
        agent("planner", at_once(tool("b", call_id="b2"), tool("c", call_id="c1"))),
        agent("planner", at_once(tool("a", call_id="a2"), tool("c", call_id="c2"))),
    )
    three.assert_parallel("b", "c")
    told = "Mismatch: expected 'a', 'b', 'c' side by side, they did not all run at the same time"
    assert headline(three.assert_parallel, "a", "b", "c") == told


def test_a_span_that_is_not_nested_is_told_with_the_span_asked_for():
    told = "Mismatch: expected every span 'book' under tool get_time, 1 of 1 is elsewhere"
    assert headline(TRIP.assert_nested, "book", under=TRIP.one("get_time")) == told

"""Streams that broke off, were abandoned, or began late."""

import pytest

from tests.assertions.expectations.programs import ILL, WELL
from tests.assertions.reading import headline, text, why
from tests.builders import a_trace, llm


def test_several_abandoned_streams_are_named():
    trace = a_trace(llm("a", chunks=["x"], status="cancelled"), llm("b", chunks=["x"], status="cancelled"))
    assert headline(trace.assert_streams_ended) == (
        "Mismatch: expected every stream to be read to its end, 'a', 'b' were abandoned"
    )


def test_an_abandoned_stream_is_named():
    assert why(ILL.assert_streams_ended) == text(
        """
        Mismatch: expected every stream to be read to its end, 'gpt' was abandoned

        agent weather [running]
        ├─ llm gpt [cancelled]   ← abandoned
        ├─ tool get_weather ✗ TimeoutError: late
        ├─ tool get_weather
        ├─ tool get_wind ✗ tool_not_found: no such tool
        ├─ workflow notify_all
        └─ tool log [running]
        """
    )


def test_streams_ended_fails_if_nothing_streamed():
    assert why(a_trace(llm("gpt")).assert_streams_ended) == text(
        """
        SpanNotFound: expected at least 1 span to stream, none emitted a chunk

        llm gpt
        """
    )


def test_an_event_other_than_a_chunk_begins_no_stream():
    trace = a_trace(llm("gpt", notes=[("retry", {})]))
    assert headline(trace.assert_streams_ended) == (
        "SpanNotFound: expected at least 1 span to stream, none emitted a chunk"
    )


def test_a_stream_that_still_runs_was_not_read_to_its_end():
    trace = a_trace(llm("gpt", chunks=["x"], status="running"))
    assert why(trace.assert_streams_ended) == text(
        """
        Mismatch: expected every stream to be read to its end, 'gpt' was abandoned

        llm gpt [running]   ← abandoned
        """
    )


def test_a_first_chunk_that_came_late_is_named():
    assert why(WELL.assert_first_chunk, within_ms=9.5) == text(
        """
        Mismatch: expected the first chunk of 'gpt' within 9.5 ms, it took 10 ms

        agent weather
        ├─ llm gpt   ← too late
        └─ tool get_weather
        """
    )
    for within in (0, 0.5):
        assert headline(WELL.assert_first_chunk, within_ms=within) == (
            f"Mismatch: expected the first chunk of 'gpt' within {within} ms, it took 10 ms"
        )


def test_all_late_streams_are_told_at_once():
    trace = a_trace(llm("one", chunks=["x"]), llm("two", chunks=["x"]))
    assert why(trace.assert_first_chunk, within_ms=1) == text(
        """
        Mismatch: 2 streams began too late

        - expected the first chunk of 'one' within 1 ms, it took 10 ms
        - expected the first chunk of 'two' within 1 ms, it took 10 ms

        llm one   ← too late
        llm two   ← too late
        """
    )


@pytest.mark.parametrize("within", [0.0, 500.0, float("inf")])
def test_a_call_that_is_asked_for_and_gave_no_chunk_fails(within):
    trace = a_trace(llm("ans", chunks=["x"]), llm("ans"), llm("plan"))
    trace.assert_first_chunk(within_ms=10)
    assert headline(trace.find("ans")[1:].assert_first_chunk, within_ms=within) == (
        "SpanNotFound: expected at least 1 span to stream, none emitted a chunk"
    )
    for asked, options in (("ans", {}), ("a*", {}), ("ans", {"type": "llm"})):
        assert why(trace.assert_first_chunk, asked, within_ms=10 + within, **options) == text(
            f"""
            Mismatch: expected the first chunk of 'ans' within {10 + within:g} ms, it gave none

            llm ans
            llm ans   ← too late
            llm plan
            """
        )


@pytest.mark.parametrize("status", ["error", "timeout", "blocked"])
def test_a_stream_that_broke_off_was_not_read_to_its_end(status):
    trace = a_trace(llm("a", chunks=["x"], status=status), llm("b", chunks=["x"], status="cancelled"), llm("c"))
    assert why(trace.assert_streams_ended) == text(
        f"""
        Mismatch: expected every stream to be read to its end, 'a' was broken off and 'b' was abandoned

        llm a [{status}]   ← broken off
        llm b [cancelled]   ← abandoned
        llm c
        """
    )

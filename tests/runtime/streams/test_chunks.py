"""A model call of one's own that streams: its pieces are told, and together they are its output."""

import pytest

from pytest_traces.errors import TracesError
from pytest_traces.runtime import span


def streamed(pieces, **said):
    with span(span_type="llm", name="answer", model_id="gpt-4o") as call:
        for piece in pieces:
            call.chunk(piece)
        for output in said.values():
            call.record_output(output)


def test_pieces_are_events_and_their_sum_is_the_output(trace):
    streamed(["It is ", "21 °C"])
    assert [event.payload for event in trace.events if event.type == "chunk"] == ["It is ", "21 °C"]
    assert trace.one("answer").output == "It is 21 °C"


def test_an_output_that_is_recorded_wins(trace):
    streamed(["It is ", "21 °C"], output={"temp": 21})
    assert trace.one("answer").output == {"temp": 21}


def test_a_stream_that_breaks_off_keeps_what_was_said(trace):
    def breaks_off():
        yield "It is "
        raise TimeoutError("upstream")

    with pytest.raises(TimeoutError):
        streamed(breaks_off())
    assert (trace.one("answer").output, trace.one("answer").status) == ("It is ", "error")


def test_a_piece_before_the_start_is_refused(trace):
    with pytest.raises(TracesError, match=r"^span 'answer' has not started; pass its pieces on inside its block$"):
        span(span_type="llm", name="answer").chunk("It is ")


def test_a_span_that_is_not_recorded_takes_pieces_too():
    from pytest_traces.runtime.tracing.spans import SILENT

    SILENT.chunk("It is ")

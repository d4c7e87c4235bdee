"""The recorder keeps what was recorded, tells who listens, and stops a runaway program."""

import threading

import pytest

from pytest_traces.errors import RunawayTrace
from pytest_traces.runtime import span
from pytest_traces.runtime.harvest.tree import harvest
from pytest_traces.runtime.lanes.session import recording
from pytest_traces.runtime.recording.context import OUTSIDE, here
from pytest_traces.runtime.recording.recorder import Recorder
from tests.builders import start


def steps(count):
    for _ in range(count):
        with span(span_type="tool", name="step"):
            pass


def test_more_spans_than_the_cap_stop_the_program():
    with recording(Recorder("test", max_spans=2)) as recorder, pytest.raises(RunawayTrace) as raised:
        steps(3)
    headline = "the program recorded more than 2 spans, the last one 'step'"
    assert str(raised.value) == f"{headline}; raise the ini option `trace_max_spans` if that is meant"
    assert recorder.overflow == str(raised.value)


def test_more_events_than_the_cap_stop_the_program():
    with recording(Recorder("test", max_events=1)) as recorder, span(span_type="tool", name="step") as step:
        recorder.emit(step, "chunk", 1)
        with pytest.raises(RunawayTrace, match=r"more than 1 events, the last one of 'step'"):
            recorder.emit(step, "chunk", 2)


def test_the_cap_can_be_reached_without_harm():
    with recording(Recorder("test", max_spans=2)) as recorder:
        steps(2)
    assert recorder.overflow is None


def test_a_span_that_starts_after_the_test_is_late():
    with recording(Recorder("test")) as recorder:
        place = here()
    start(recorder, "leftover", place=place)
    assert ([*recorder.gaps.late], recorder.records) == (["leftover"], [])


def test_a_failing_adapter_is_a_trouble_and_no_exception():
    recorder = Recorder("test")
    with recorder.gaps.guard("timbal"):
        raise KeyError("x")
    assert recorder.gaps.troubles == ["timbal: KeyError: 'x'"]


def test_listeners_hear_until_they_leave():
    class Ear:
        def __init__(self):
            self.heard = []

        def started(self, record):
            self.heard.append(("started", record.name))

        def noted(self, notice):
            self.heard.append(("noted", notice.type))

        def ended(self, record):
            self.heard.append(("ended", record.status))

    ear = Ear()
    with recording(Recorder("test")) as recorder:
        recorder.listen(ear)
        with span(span_type="tool", name="a") as step:
            recorder.emit(step, "chunk")
        record = start(recorder, "b")
        record.fail(ValueError("boom"))
        recorder.unlisten(ear)
        with span(span_type="tool", name="c"):
            pass
    assert ear.heard == [
        ("started", "a"),
        ("noted", "chunk"),
        ("ended", "success"),
        ("started", "b"),
        ("ended", "error"),
    ]
    assert len(recorder.records) == 3


def test_ids_are_different_and_as_opentelemetry_wants_them():
    one, other = Recorder("one"), Recorder("other")
    ids = {recorder.call_ids.at(clock) for recorder in (one, other) for clock in range(1000)}
    assert len(ids) == 2000
    assert {len(id) for id in ids} == {16}


def test_threads_record_at_once_and_lose_nothing():
    def work():
        for _ in range(200):
            with span(span_type="agent", name="outer"), span(span_type="tool", name="inner"):
                pass

    with recording(Recorder("test")) as recorder:
        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    tree = harvest(recorder)
    assert len(tree.spans) == len(tree.by_id) == 1600
    assert all(tree.parent(one).name == "outer" for one in tree.named("inner"))


def test_an_exception_that_cannot_be_printed_is_recorded_and_goes_on():
    class Mute(Exception):
        def __str__(self):
            raise RuntimeError("no")

    with recording(Recorder("test")) as recorder, pytest.raises(Mute), span(span_type="tool"):
        raise Mute
    assert harvest(recorder).spans[0].error.message == "<no message: str() failed>"


def test_a_span_made_in_a_recording_can_be_entered_after_it():
    with recording(Recorder("test")) as recorder:
        step = span(span_type="tool", name="step")
    with step:
        pass
    assert (recorder.records, [*recorder.gaps.late]) == ([], [])


def test_the_owner_of_a_run_is_found_among_several_tests():
    first, second = Recorder("first"), Recorder("second")
    second.run_ids.add("run")
    OUTSIDE.open(first)
    OUTSIDE.open(second)
    try:
        assert OUTSIDE.recorder("run") is second
    finally:
        OUTSIDE.close(first)
        OUTSIDE.close(second)

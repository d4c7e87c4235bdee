"""What the run made up never changes a snapshot; what the program decided always does."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_traces.runtime.harvest.tree import harvest
from pytest_traces.runtime.lanes.session import recording
from pytest_traces.runtime.recording.recorder import Recorder
from pytest_traces.runtime.tracing.spans import span
from pytest_traces.trace.trace import Trace
from tests.snapshots.normalising.behaviour import MANY, TEXTS, VALUES
from tests.snapshots.normalising.noise import NOISE, Maker

PAIRS: list[tuple[Any, Any]] = [*TEXTS, *VALUES, *MANY]


def drawn(value: Any) -> str:
    """Draw a recorded tool that answered a value: the run began just now."""
    with recording(Recorder("a test")) as recorder:
        record(value)
    return Trace(harvest(recorder)).span_tree()


def record(*values: Any) -> None:
    for value in values:
        with span(span_type="tool", name="ask", input={"value": value}) as step:
            step.record_output(f"answer: {value}" if isinstance(value, str) else value)


def drawn_of(make: Maker) -> str:
    with recording(Recorder("a test")) as recorder:
        record(make())
    return Trace(harvest(recorder)).span_tree()


def test_there_are_more_than_200_pairs_and_kinds() -> None:
    assert len(PAIRS) + len(NOISE) > 250


@pytest.mark.parametrize(("one", "other"), PAIRS, ids=[str(number) for number in range(len(PAIRS))])
def test_a_value_that_the_program_decided_is_seen(one: Any, other: Any) -> None:
    assert drawn(one) != drawn(other)
    assert drawn(one) == drawn(one)


@pytest.mark.parametrize("make", NOISE.values(), ids=NOISE)
def test_a_generated_value_is_masked_alike_in_each_of_20_runs(make: Maker) -> None:
    assert len({drawn_of(make) for _ in range(20)}) == 1


IDS = {name: make for name, make in NOISE.items() if isinstance(make(), str) and "<id-1>" in drawn_of(make)}


@pytest.mark.parametrize("make", IDS.values(), ids=IDS)
def test_masked_values_stay_equal_or_different(make: Maker) -> None:
    def of(*order: int) -> str:
        with recording(Recorder("a test")) as recorder:
            made = make(), make()
            record(*(made[which] for which in order))
        return Trace(harvest(recorder)).span_tree()

    assert of(0, 0) == of(1, 1)
    assert of(0, 1) == of(1, 0)
    assert len({of(0, 0, 1), of(0, 1, 0), of(0, 1, 1), of(0, 0, 0)}) == 4

"""Where nothing records, Timbal runs as if the adapter were not there."""

import gc

import pytest
from timbal import Agent
from timbal.core.test_model import TestModel

from pytest_traces.runtime.recording.context import OUTSIDE
from pytest_traces.runtime.recording.recorder import Record


def records() -> set[int]:
    gc.collect()
    return {id(one) for one in gc.get_objects() if type(one) is Record and one.source == "timbal"}


async def test_of_what_runs_outside_tests_the_name_is_all_that_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(OUTSIDE, "names", set())
    before = records()
    await Agent(name="helper", model=TestModel(responses=["Done."]))(prompt="go").collect()
    assert OUTSIDE.names == {"helper", "llm"}
    assert records() <= before

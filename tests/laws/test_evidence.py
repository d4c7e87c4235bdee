"""What a snapshot leaves out is known by a digest; what it masks keeps who is equal to whom; all else is shown."""

from __future__ import annotations

import secrets
import tempfile
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from pytest_traces.runtime.harvest.tree import harvest
from pytest_traces.runtime.lanes.session import recording
from pytest_traces.runtime.recording.recorder import Recorder
from pytest_traces.runtime.tracing.spans import span
from pytest_traces.trace.trace import Trace

some = settings(max_examples=120, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))

leaves = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=6))
values = st.recursive(
    leaves,
    lambda below: st.lists(below, max_size=3) | st.dictionaries(st.text("abc", min_size=1, max_size=2), below),
    max_leaves=8,
)


def long_text(value: Any) -> Any:
    return "x" * 3_000 + repr(value) + "y" * 3_000


def long_list(value: Any) -> Any:
    return [*range(300), value, *range(300)]


def far_below(value: Any) -> Any:
    for _ in range(90):
        value = {"in": [value]}
    return value


def many_parts(value: Any) -> Any:
    return {"rows": [[0] * 1_000] * 110, "last": value}


def many_letters(value: Any) -> Any:
    return ["z" * 5_100_000, repr(value)]


def an_exception(value: Any) -> Any:
    return ExceptionGroup("several", [ValueError("a"), ExceptionGroup("more", [KeyError(repr(value))] * 30)])


HIDES: list[Callable[[Any], Any]] = [long_text, long_list, far_below, an_exception]


def snapshot(make: Callable[[], Any]) -> str:
    """Return the span tree of a tool that got a value, which is made while it is recorded."""
    recorder = Recorder("a test")
    with recording(recorder), span(span_type="tool", name="step") as step:
        step.record_input(make())
    return Trace(harvest(recorder)).span_tree()


def written(value: Any) -> str:
    """Tell values apart as JSON does: `1` is no `1.0`, and `-0.0` no `0.0`."""
    return repr(value)


@some
@given(values, values, st.sampled_from(HIDES))
def test_cut_values_that_differ_are_shown_differently(one: Any, other: Any, hides: Callable[[Any], Any]) -> None:
    assume(written(one) != written(other))
    assert snapshot(lambda: hides(one)) == snapshot(lambda: hides(one))
    assert snapshot(lambda: hides(one)) != snapshot(lambda: hides(other))


@pytest.mark.parametrize("hides", [many_parts, many_letters])
def test_values_beyond_the_budget_that_differ_are_shown_differently(hides: Callable[[Any], Any]) -> None:
    assert len({snapshot(lambda value=value: hides(value)) for value in ([], {}, [1], ["1"])}) == 4


MAKERS: list[Callable[[], str]] = [
    lambda: str(uuid.uuid4()),
    lambda: uuid.uuid4().hex,
    lambda: secrets.token_hex(16),
    lambda: secrets.token_urlsafe(16),
    lambda: tempfile.mktemp(),
    lambda: f"order-{uuid.uuid4()}",
]
patterns = st.lists(st.integers(0, 3), min_size=2, max_size=6)


def who_is_who(pattern: list[int]) -> list[int]:
    """Number by first appearance: patterns that are numbered alike are alike."""
    return [list(dict.fromkeys(pattern)).index(one) for one in pattern]


@some
@given(patterns, patterns, st.sampled_from(MAKERS))
def test_masked_values_stay_equal_or_different(one: list[int], other: list[int], make: Callable[[], str]) -> None:
    def ids(pattern: list[int]) -> list[str]:
        made = {number: make() for number in range(4)}
        return [made[number] for number in pattern]

    is_alike = who_is_who(one) == who_is_who(other)
    assert (snapshot(lambda: ids(one)) == snapshot(lambda: ids(other))) is is_alike


IDS = ["7c9e6679-7425-40de-944b-e07fc1f90ae7", "0xde0b6b3a7640000", "call_aB3dE5gH", "/tmp/invoice1.pdf", "Task-1"]


@some
@given(st.permutations(IDS), st.permutations(IDS))
def test_a_value_that_only_looks_generated_is_shown(one: list[str], other: list[str]) -> None:
    assert (snapshot(lambda: one) == snapshot(lambda: other)) is (one == other)

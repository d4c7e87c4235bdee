"""Generated values are known as texts, at a cost that does not grow with those that were known before."""

from __future__ import annotations

import random
import uuid

import pytest

from pytest_traces import record
from pytest_traces.runtime import span
from pytest_traces.runtime.recording.evidence import Made
from pytest_traces.snapshots.normalising import made_values
from pytest_traces.snapshots.normalising.made_values import MadeTexts


class Counted(bytes):
    """Random bytes that count how often they are read."""

    reads = 0

    def hex(self) -> str:  # type: ignore[override]
        self.reads += 1
        return super().hex()


def test_each_generated_value_is_read_once_however_many_snapshots_follow() -> None:
    made = Made()
    texts = MadeTexts(made)
    values = [Counted(bytes([number] * 8)) for number in range(50)]
    for value in values:
        made.bytes.append(value)
        texts.refresh()
    assert {value.reads for value in values} == {1}
    assert all(texts.holds(bytes(value).hex()) for value in values)


@pytest.mark.parametrize("bits", [33, 96, 97, 128, 129, 256, 512])
def test_a_random_number_of_any_size_is_known_in_each_notation(bits: int) -> None:
    made = Made()
    number = (1 << bits) - 5
    made.integers.append(number)
    texts = MadeTexts(made)
    texts.refresh()
    assert texts.holds(str(number))
    assert texts.holds(f"{number:x}")


@pytest.mark.parametrize("bits", [256, 20_000])
def test_a_program_may_make_a_random_number_of_any_size(bits: int) -> None:
    with record() as trace, span(span_type="tool", name="sign") as step:
        random.getrandbits(bits)
        step.record_output("signed")
    assert trace.span_tree() == 'tool sign → "signed"'


def test_a_value_before_an_equal_one_is_new() -> None:
    made = Made()
    texts = MadeTexts(made)
    first, between, again = bytes([7] * 16), bytes([8] * 16), bytes(bytearray([7] * 16))
    made.bytes.append(first)
    texts.refresh()
    made.bytes.extend([between, again])
    texts.refresh()
    assert texts.holds(between.hex())
    assert texts.holds(str(uuid.UUID(bytes=between, version=4)))


def test_values_that_are_no_longer_kept_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(made_values, "KEPT", 3)
    made = Made()
    texts = MadeTexts(made)
    old, new = bytes(range(8)), bytes(range(8, 16))
    made.bytes.append(old)
    texts.refresh()
    assert texts.holds(old.hex())
    made.bytes.clear()
    for _ in range(2):
        made.bytes.extend([new, bytes(8), bytes([1] * 8), bytes([2] * 8)])
        texts.refresh()
    assert texts.holds(new.hex())
    assert not texts.holds(old.hex())

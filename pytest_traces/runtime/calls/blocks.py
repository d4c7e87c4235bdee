"""Acts on a `with` block: it fails before its first line, or begins later; nothing else can happen in its place."""

from __future__ import annotations

from pytest_traces.runtime.calls.stand_ins import left_to_sdk
from pytest_traces.runtime.effects import Delays, Raises, marked
from pytest_traces.runtime.recording.recorder import Record

_RUNS = "a `with` block runs, so nothing can stand in its place; it can fail or begin later"


def seconds_before(record: Record) -> float | None:
    """Return how long a block that is being entered has to wait; raise what it has to fail with."""
    acts = record.recorder.acts
    strike = None if acts is None else acts.on_call(record)
    if acts is None or strike is None:
        return None
    effect = strike.effect
    if left_to_sdk(acts, record, effect):
        return None
    if isinstance(effect, Delays | Raises):
        record.acted = marked(record.acted, effect)
    if isinstance(effect, Delays):
        return effect.seconds
    raise effect.make() if isinstance(effect, Raises) else acts.refuse(record, effect, _RUNS)

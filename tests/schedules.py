"""Fork-join programs as data, run under a schedule of one's own, and the order that an arrangement shows.

A program is a series of names and forks; a fork is a list of series, each a task, that is waited for:
`["a", [["b"], ["c", "d"]], "e"]` calls `a`, then `b` beside `c` and `d`, then `e`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random

from hypothesis import strategies as st

from pytest_traces.analysis.ordering.series import Fork, Knot, Series
from pytest_traces.model.lane import Lane
from pytest_traces.model.span import SpanData
from pytest_traces.runtime.harvest.tree import harvest
from pytest_traces.runtime.recording.recorder import Place, Recorder
from pytest_traces.trace.trace import Trace
from tests.builders import start

_calls = st.sampled_from("abx")
_inner_forks = st.lists(st.lists(_calls, min_size=1, max_size=1), min_size=2, max_size=2)
_forks = st.lists(st.lists(st.one_of(_calls, _inner_forks), min_size=1, max_size=2), min_size=2, max_size=3)

programs = st.lists(st.one_of(_calls, _forks), min_size=1, max_size=2)


def run(program: list, seed: int) -> Trace:
    """Run a program; whose turn it is, is random."""
    recorder = Recorder("a test")
    for _ in _series(program, recorder, recorder.root, Random(seed)):
        pass
    return Trace(harvest(recorder))


def _series(series: list, recorder: Recorder, lane: Lane, random: Random) -> Iterator[None]:
    for item in series:
        if isinstance(item, str):
            record = start(recorder, item, place=Place(recorder, None, lane))
            yield
            record.end()
        else:
            yield from _fork(item, recorder, lane, random)


def _fork(fork: list, recorder: Recorder, lane: Lane, random: Random) -> Iterator[None]:
    lanes = [Lane(lane, recorder.tick(), "task") for _ in fork]
    running = [(own, _series(branch, recorder, own, random)) for own, branch in zip(lanes, fork, strict=True)]
    while running:
        own, branch = random.choice(running)
        if next(branch, "over") == "over":
            running.remove((own, branch))
            lane.hear(own, recorder.tick())
        yield


def drawn_order(series: Series[SpanData]) -> set[tuple[str, str]]:
    """Return which spans come before which according to an arrangement."""
    before: set[tuple[str, str]] = set()
    passed: list[str] = []
    for step in series:
        inside = _ids(step)
        before |= {(a, b) for a in passed for b in inside}
        before |= _within(step)
        passed += inside
    return before


def _within(step: SpanData | Fork[SpanData] | Knot[SpanData]) -> set[tuple[str, str]]:
    if isinstance(step, Fork):
        return set().union(*map(drawn_order, step.branches))
    if isinstance(step, SpanData):
        return set()
    before: list[set[int]] = []
    for after in step.after:
        before.append(set(after).union(*(before[i] for i in after)))
    return {(step.items[i].call_id, step.items[j].call_id) for j, all_before in enumerate(before) for i in all_before}


def _ids(step: SpanData | Fork[SpanData] | Knot[SpanData]) -> Sequence[str]:
    if isinstance(step, SpanData):
        return [step.call_id]
    if isinstance(step, Knot):
        return [span.call_id for span in step.items]
    return [id for branch in step.branches for inner in branch for id in _ids(inner)]

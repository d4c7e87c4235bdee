"""Measures whether time and memory grow linearly with the number of spans."""

from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Iterable

from benchmarks.programs.own import record_flat, recorded_agent
from benchmarks.table import duration
from benchmarks.timing import best
from pytest_traces.runtime.harvest.tree import harvest
from pytest_traces.runtime.lanes.session import recording
from pytest_traces.runtime.recording.recorder import Recorder
from pytest_traces.trace.trace import Trace


def curve(sizes: Iterable[int]) -> str:
    """Draw a line for each size of a trace: the cost of one span."""
    head = f"{'spans':>9}{'record':>12}{'index':>12}{'draw':>12}{'memory':>14}   (per span)"
    return "\n".join([head, *map(_line, sizes)])


def _line(size: int) -> str:
    record = best(lambda: _record(size), 3) / size
    recorder = recorded_agent(size)
    count = len(recorder.records)
    index = best(lambda: Trace(harvest(recorder)), 3) / count
    draw = best(Trace(harvest(recorder)).span_tree, 2) / count
    return f"{size:>9,}{duration(record):>12}{duration(index):>12}{duration(draw):>12}{_memory(size):>12,.0f} B"


def _record(spans: int) -> Recorder:
    with recording(Recorder("benchmark", max_spans=10_000_000)) as recorder:
        record_flat(spans)
    return recorder


def _memory(spans: int) -> float:
    """Return the bytes of memory of one recorded and indexed span."""
    gc.collect()
    tracemalloc.start()
    trace = Trace(harvest(_record(spans)))
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return held / len(trace)

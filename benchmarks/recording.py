"""Measures the cost of a span while the program runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from benchmarks.programs.own import record_flat
from benchmarks.programs.peers import Loop, bare_loop, logfire_loop, opentelemetry_loop
from benchmarks.table import Row
from benchmarks.timing import each
from pytest_traces.runtime.lanes.session import recording
from pytest_traces.runtime.recording.recorder import Recorder


def rows(spans: int) -> Iterator[Row]:
    """Compare recording, and running without a recorder."""
    silent = each(record_flat, spans)  # before the first recorder opens: as in production without a provider
    recorded = each(_recorded, spans)
    peers: list[tuple[str, Callable[[], Loop], str]] = [
        ("OpenTelemetry SDK, in memory", opentelemetry_loop, "≤ 2 µs, ≤ 1/10"),
        ("logfire, in memory", logfire_loop, ""),
        ("contextvar + slotted object", bare_loop, ""),
    ]
    for peer, loop, goal in peers:
        yield Row("record one span", recorded, peer, _cost(loop, max(1, spans // 10)), goal)
    yield Row("the same, no recorder", silent, "ours, recorded", recorded, "≤ 0.3 µs, ≤ 1/6")


def _recorded(times: int) -> None:
    with recording(Recorder("benchmark", max_spans=10_000_000)):
        record_flat(times)


def _cost(loop: Callable[[], Loop], times: int) -> float | None:
    try:
        run = loop()
    except ImportError:
        return None
    return each(run, times)

"""Measures the cost of reading a trace: indexing, finding, drawing, comparing, explaining."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from benchmarks.programs.own import recorded_agent
from benchmarks.programs.peers import amber_text, deepdiff_changes, evals_index
from benchmarks.table import Row
from benchmarks.timing import best
from pytest_traces.runtime.harvest.tree import harvest
from pytest_traces.runtime.recording.recorder import Recorder
from pytest_traces.snapshots.comparing.explain import explain_tree
from pytest_traces.trace.trace import Trace

_FINDS = 20


def rows(spans: int) -> Iterator[Row]:
    """Compare on one recorded agent."""
    recorder = recorded_agent(spans)
    trace = Trace(harvest(recorder))
    yield from _index_and_find(recorder, trace, spans)
    text = trace.span_tree()
    plain = [span.model_dump(include=_DRAWN) for span in trace.spans]
    yield _draw_and_compare(trace, text, plain)
    yield _explain(text, plain)


_DRAWN = {"type", "name", "input", "output", "status"}


def _index_and_find(recorder: Recorder, trace: Trace, spans: int) -> Iterator[Row]:
    index = best(lambda: Trace(harvest(recorder)), 3)
    find = best(lambda: [trace.find("search_7") for _ in range(_FINDS)]) / _FINDS
    their_index = their_find = None
    try:
        make, ask = evals_index(spans)
    except ImportError:
        pass
    else:
        tree = make()
        their_index, their_find = best(make, 3), best(lambda: ask(tree), 3)
    yield Row(f"index {len(trace):,} spans", index, "pydantic-evals", their_index, "≤ 60 ms")
    yield Row("find one of them by name", find, "pydantic-evals", their_find, "≤ 0.5 ms")


def _draw_and_compare(trace: Trace, text: str, plain: list[Any]) -> Row:
    ours = best(lambda: trace.span_tree() == text, 3)
    theirs = _unless_missing(lambda: amber_text(plain))
    seconds = None if theirs is None else best(lambda: amber_text(plain) == theirs, 3)
    return Row(f"draw and compare {len(trace):,} spans", ours, "syrupy's serializer", seconds, "≤ 150 ms")


def _explain(text: str, plain: list[Any]) -> Row:
    """Insert one span near the top: a comparison by position then sees all later spans as changed."""
    before, lookup, after = text.partition("├─ tool lookup ")
    received = f"{before}├─ tool inserted 1\n│  {lookup}{after}"
    at = next(at for at, span in enumerate(plain) if span["name"] == "lookup")
    more = [*plain[:at], {**plain[at], "name": "inserted"}, *plain[at:]]
    told = explain_tree(text, received)
    ours = best(lambda: explain_tree(text, received), 3)
    changes = _unless_missing(lambda: deepdiff_changes(plain, more))
    theirs = None if changes is None else best(lambda: deepdiff_changes(plain, more), 1)
    note = f"{told.edits} edit; deepdiff tells {changes or 0:,} changes"
    return Row(f"explain one inserted in {len(plain):,}", ours, "deepdiff", theirs, "≤ 500 ms, 1 edit", note)


def _unless_missing(run: Callable[[], Any]) -> Any:
    try:
        return run()
    except ImportError:
        return None

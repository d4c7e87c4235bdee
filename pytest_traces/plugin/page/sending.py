"""Adds the data of the page to the reports of a test, as builtins: xdist carries it from the workers."""

from __future__ import annotations

import os
from collections.abc import Iterator
from weakref import WeakKeyDictionary

import pytest

from pytest_traces.model.tree import SpanTree
from pytest_traces.page.failures import Mismatch, failure, spoken_of
from pytest_traces.page.packing import key_of, pack
from pytest_traces.page.recordings import recording
from pytest_traces.plugin.item.traced_test import TracedTest
from pytest_traces.runtime.harvest.tree import Harvest

_PACKED = pytest.StashKey[WeakKeyDictionary[SpanTree, str]]()
"""Packed trees, in `config.stash`: a tree of several tests or reports is packed once."""


def attach_page(report: pytest.TestReport, test: TracedTest, error: BaseException | None) -> None:
    """Add all recordings that a test made or used, and its failure, to its report."""
    packed = {key_of(text): (title, text) for title, text in _titled(test)}
    report.trace_page = {  # type: ignore[attr-defined]
        "recordings": [{"title": title, "key": key} for key, (title, _) in packed.items()],
        "packed": {key: text for key, (_, text) in packed.items()},
        **({"failure": _failure(report, error, test)} if report.failed else {}),
    }


def _titled(test: TracedTest) -> Iterator[tuple[str, str]]:
    return ((title, _packed(harvest, test)) for title, harvest in test.recordings())


def _packed(harvest: Harvest, test: TracedTest) -> str:
    tree = harvest.tree
    packed = test.item.config.stash.setdefault(_PACKED, WeakKeyDictionary())
    if tree not in packed:
        settings = test.session.settings
        packed[tree] = pack(recording(tree, slow_ms=settings.slow_ms, retry_rule=settings.retry_rule))
    return packed[tree]


def _failure(report: pytest.TestReport, error: BaseException | None, test: TracedTest) -> str:
    crash = getattr(report.longrepr, "reprcrash", None)
    message = str(report.longrepr) if crash is None else crash.message
    where = "" if crash is None else f"{os.path.relpath(crash.path, test.item.config.rootpath)}:{crash.lineno}"
    spans = spoken_of(error, message, (span for _, harvest in test.recordings() for span in harvest.tree.spans))
    told = failure(report.when, message, where=where, output=report.longreprtext, spans=spans, of=_mismatches(test))
    return pack(told)


def _mismatches(test: TracedTest) -> list[Mismatch]:
    if test.snapshots is None:
        return []
    from pytest_traces.snapshots.comparing.explain import explain

    asked = [(one, one.stored.text, one.received.text) for one in test.snapshots.asked if one.stored is not None]
    return [
        Mismatch(one.index, explain(one.kind, stored, received)[0], stored, received)
        for one, stored, received in asked
        if stored != received
    ]

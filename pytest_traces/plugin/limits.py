"""Budgets and invariants of whole tests: from the marker `trace(...)`, and from the ini key `trace_limits`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pytest_traces.errors import TracesError
from pytest_traces.plugin.session import MARKERS, SESSION, is_limited
from pytest_traces.plugin.traced_test import TracedTest

if TYPE_CHECKING:
    from pytest_traces.assertions.expectations.limits import Limits


def limits_of(item: pytest.Item) -> Limits:
    """Return the limits of a test: those of the suite, its module, its class, its own; the closest has the last word.

    Raises `TracesError` if a marker names an unknown limit, or none.
    """
    from pytest_traces.assertions.expectations.limits import Limits

    limits = Limits.read(item.config.stash[SESSION].settings.limits)
    for marker in reversed([marker for marker in item.iter_markers() if marker.name in MARKERS]):
        if marker.args:
            raise TracesError(f"the marker `{marker.name}` takes limits by name, got {marker.args[0]!r}")
        if not marker.kwargs:
            raise TracesError(f"the marker `{marker.name}` needs a limit, as in total_tokens=2_000")
        limits = limits | Limits.read(marker.kwargs)
    return limits


def check_limits(test: TracedTest) -> None:
    """Fail a test whose trace breaks its limits. A marked test that recorded nothing breaks every limit."""
    __tracebackhide__ = True
    session, harvest = test.session, test.harvest
    marked = is_limited(test.item)
    if harvest is None or not (marked or (session.settings.limits and harvest.recorder.records)):
        return
    from pytest_traces.assertions.queries.scope import Scope

    harvest.recorder.looked_at = True
    scope = Scope(harvest.tree, why_empty=session.why_empty, retry_rule=session.settings.retry_rule)
    limits_of(test.item).check(scope)

"""Budgets and invariants of whole tests: from the marker `trace(...)`, and from the ini key `trace_limits`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pytest_traces.errors import TracesError
from pytest_traces.plugin.session import RECORDER, SESSION

if TYPE_CHECKING:
    from pytest_traces.assertions.limits import Limits


def is_limited(item: pytest.Item) -> bool:
    """Whether a test is marked, and so is recorded even if it does not ask for its trace."""
    return item.get_closest_marker("trace") is not None


def limits_of(item: pytest.Item) -> Limits:
    """Return the limits of a test: those of the suite, its module, its class, its own; the closest has the last word.

    Raises `TracesError` where a marker says what nobody knows.
    """
    from pytest_traces.assertions.limits import Limits

    limits = Limits.read(item.config.stash[SESSION].settings.limits)
    for marker in reversed(list(item.iter_markers("trace"))):
        if marker.args:
            raise TracesError(f"the marker `trace` takes limits by name, got {marker.args[0]!r}")
        limits = limits | Limits.read(marker.kwargs)
    return limits


def check_limits(item: pytest.Item) -> None:
    """Fail a test whose trace breaks its limits. A marked test that recorded nothing keeps none of them."""
    __tracebackhide__ = True
    recorder = item.stash.get(RECORDER, None)
    session = item.config.stash[SESSION]
    marked = is_limited(item)
    if recorder is None or not (marked or (session.settings.limits and recorder.records)):
        return
    from pytest_traces.runtime.harvest import harvest
    from pytest_traces.trace import Trace

    trace = Trace(harvest(recorder), session.why_empty)
    trace.retry_rule = session.settings.retry_rule
    trace.slow_ms = session.settings.slow_ms
    limits_of(item).check(trace)

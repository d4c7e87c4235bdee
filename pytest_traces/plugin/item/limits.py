"""Budgets and invariants of whole tests: from the marker `trace(...)`, and from the ini key `trace_limits`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

import pytest

from pytest_traces.errors import ExpectationError, TracesError
from pytest_traces.plugin.first_use import MARKERS, is_limited
from pytest_traces.plugin.item.traced_test import TracedTest
from pytest_traces.plugin.session.trace_session import SESSION

if TYPE_CHECKING:
    from pytest_traces.assertions.expectations.limits import Limits
    from pytest_traces.assertions.queries.scope import Scope


class SetLimits(NamedTuple):
    """Limits, and the place where they were set."""

    limits: Limits
    place: str
    of_suite: bool = False
    """Whether they apply to every test, including tests that call no model."""


def refuse_markers(report: pytest.CollectReport) -> None:
    """Fail a module or a class before any program runs if a marker names an unknown limit, or none."""
    faults: dict[str, None] = {}
    for item in report.result:
        for node, marker in _markers(item) if isinstance(item, pytest.Item) else ():
            try:
                _read(marker)
            except TracesError as error:
                faults[f"{node.nodeid}: @pytest.mark.{marker.name}: {error}"] = None
    if faults:
        report.outcome, report.longrepr, report.result = "failed", "\n\n".join(faults), []


def check_limits(test: TracedTest) -> None:
    """Fail a test if its trace breaks a limit. A marked test that recorded nothing breaks every limit."""
    __tracebackhide__ = True
    session, harvest = test.session, test.harvest
    marked = is_limited(test.item)
    if harvest is None:
        what = f"{test.item.nodeid} was marked with limits while it ran, but is not recorded"
        raise TracesError(f"{what}; ask for the fixture `trace` in it, or mark it where it is defined")
    if not (marked or (session.settings.limits and harvest.recorder.records)):
        return
    from pytest_traces.assertions.queries.scope import Scope

    harvest.recorder.looked_at = True
    scope = Scope(harvest.tree, why_empty=session.why_empty, retry_rule=session.settings.retry_rule)
    broken = _broken(_limits_of(test.item), scope)
    if broken is not None:
        raise broken


def hold_teardown(test: TracedTest) -> None:
    """Fail the teardown of a passed test if it broke a limit or if one of its acts failed."""
    __tracebackhide__ = True
    for fault in test.faults_of_acts():
        raise fault
    check_limits(test)


def _limits_of(item: pytest.Item) -> list[SetLimits]:
    """Return the limits of a test: of the suite, its module, its class, its own; the closest overrides the others.

    Raises `TracesError` if a marker names an unknown limit, or none.
    """
    from pytest_traces.assertions.expectations.limits import Limits

    suite = item.config.stash[SESSION].settings.limits
    found = [SetLimits(Limits.read(suite), _place_of_ini(item.config), of_suite=True)] if suite else []
    for node, marker in _markers(item):
        own = SetLimits(_read(marker), f"@pytest.mark.{marker.name} of {node.nodeid}")
        found = [*(outer._replace(limits=outer.limits.beside(own.limits)) for outer in found), own]
    return found


def _broken(found: Iterable[SetLimits], scope: Scope) -> ExpectationError | None:
    """Return all broken limits as one error that names the place of each limit."""
    from pytest_traces.assertions.expectations.budgets import called_a_model
    from pytest_traces.assertions.expectations.soft import failed_together

    broken: list[tuple[str, ExpectationError]] = []
    for limits, place, of_suite in found:
        held = limits if called_a_model(scope) or not of_suite else limits.without_spending()
        broken += [(f"set by {place}", failure) for failure in held.broken(scope)]
    if not broken:
        return None
    if len(broken) > 1 and scope.spans:
        return failed_together(broken)
    [(place, failure), *_] = broken
    failure.add_note(f"\n{place}")
    return failure


def _markers(item: pytest.Item) -> list[tuple[pytest.Item | pytest.Collector, pytest.Mark]]:
    """Return the markers of a test with their nodes, the closest last."""
    found = [(node, marker) for node, marker in item.iter_markers_with_node() if marker.name in MARKERS]
    return found[::-1]  # type: ignore[return-value]  # nodes are items and collectors


def _read(marker: pytest.Mark) -> Limits:
    from pytest_traces.assertions.expectations.limits import Limits

    if marker.args:
        raise TracesError(f"it takes limits by name, got {marker.args[0]!r}")
    if not marker.kwargs:
        raise TracesError("it needs a limit, as in total_tokens=2_000")
    return Limits.read(marker.kwargs)


def _place_of_ini(config: pytest.Config) -> str:
    overridden = any(one.startswith("trace_limits") for one in config.getoption("override_ini") or ())
    if config.inipath is None or overridden:
        return "-o trace_limits"
    return f"`trace_limits` in {config.inipath.name}"

"""The only door to pytest: hooks and fixtures.

Every start of pytest loads the files of this folder; the first use of traces loads its folders (`first_use.py`).
"""

from __future__ import annotations

import sys
from collections.abc import Generator, Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import pytest

from pytest_traces.ledger import LEDGER
from pytest_traces.plugin.first_use import FIRST_USE, MARKERS, first_use, is_limited, is_traced
from pytest_traces.plugin.options import add_options
from pytest_traces.plugin.running import TEST, WiderFixture

if TYPE_CHECKING:
    from pytest_traces.trace.fixture import TraceFixture


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the options and ini keys."""
    add_options(parser)


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Wait for frameworks before conftest files import them."""
    first_use(early_config)


def pytest_configure(config: pytest.Config) -> None:
    """Declare the markers, and begin if traces are used already."""
    for name in MARKERS:
        config.addinivalue_line("markers", f"{name}(**limits): budgets and invariants of the trace of this test")
    ignored = getattr(config.option, "ignore_file_extensions", None) or []
    config.option.ignore_file_extensions = [*ignored, "trace"]  # syrupy's own extension would call ours unknown
    use = first_use(config)
    config.pluginmanager.register(use.ledger, LEDGER)
    use.configured()


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector: pytest.Collector) -> Generator[None, Any, Any]:
    """Begin with the first test that asks for its trace, or has limits."""
    report = yield
    if report.failed:
        from pytest_traces.plugin.item.frames import shorten_import

        shorten_import(collector, report)
    elif report.passed and any(isinstance(one, pytest.Item) and is_traced(one) for one in report.result):
        collector.config.stash[FIRST_USE].begin()
        from pytest_traces.plugin.item.limits import refuse_markers

        refuse_markers(report)
    return report


@pytest.fixture
def trace(request: pytest.FixtureRequest) -> Iterator[TraceFixture]:
    """The recording of this test: the program's spans, events and usage."""
    with request.config.stash[FIRST_USE].test(request.node).given_trace() as given:
        yield given


@pytest.fixture
def traces(request: pytest.FixtureRequest) -> Iterator[TraceFixture]:
    """The same as `trace`, for tests that have a fixture or a name `trace` of their own."""
    with request.config.stash[FIRST_USE].test(request.node).given_trace() as given:
        yield given


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(fixturedef: Any, request: Any) -> Generator[None, Any, Any]:
    """Record setup and teardown of a fixture with a wider scope in no test."""
    if fixturedef.scope == "function":
        return (yield)
    running, fixture = request.config.stash[FIRST_USE].running, WiderFixture(fixturedef)
    apart = ExitStack()
    apart.callback(fixture.close)
    fixturedef.addfinalizer(apart.close)  # finalizers run in reverse order
    with running.outside_tests(fixture):
        value = yield
    fixturedef.addfinalizer(lambda: apart.enter_context(running.outside_tests(fixture)))
    return value


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> Generator[None, Any, Any]:
    """Begin the recording of a traced test; one that was marked a moment ago is traced, too."""
    use = item.config.stash[FIRST_USE]
    use.running.begin(item)
    if use.has_happened or is_traced(item):
        from pytest_traces.plugin.in_use.phases import begin_setup

        begin_setup(use.test(item))
    outcome = yield
    if TEST in item.stash:
        from pytest_traces.plugin.in_use.phases import end_setup

        end_setup(item.stash[TEST])
    return outcome


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, Any, Any]:
    """Check the trace of a test."""
    try:
        outcome = yield
    except Exception as error:
        if TEST in item.stash:
            from pytest_traces.plugin.in_use.phases import fail_call

            fail_call(item.stash[TEST], error)
        raise
    if TEST in item.stash or is_limited(item):
        from pytest_traces.plugin.in_use.phases import end_call

        end_call(item.config.stash[FIRST_USE].test(item))
    return outcome


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None, Any, Any]:
    """End the recording, and the blocks that the test left open, when every fixture is torn down."""
    __tracebackhide__ = True
    try:
        outcome = yield
        if TEST in item.stash:
            from pytest_traces.plugin.in_use.phases import end_teardown

            end_teardown(item.stash[TEST])
        return outcome
    finally:
        try:
            if TEST in item.stash:
                item.stash[TEST].close()
        finally:
            item.config.stash[FIRST_USE].running.end(item)


@pytest.hookimpl(wrapper=True, tryfirst=True)  # outermost: after xfail is decided
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Tell of the trace of a test in its reports."""
    if TEST not in item.stash:
        return (yield)
    from pytest_traces.plugin.in_use.phases import make_report

    return (yield from make_report(item.stash[TEST], call))


@pytest.hookimpl(specname="pytest_runtest_makereport")
def pytest_runtest_failed(item: pytest.Item, call: pytest.CallInfo[None]) -> None:
    """Shorten a traceback after the plugins that store the error of a test case; debuggers and reporters read later."""
    if call.excinfo is not None:
        from pytest_traces.plugin.item.frames import shorten_phase

        shorten_phase(item, call)


@pytest.hookimpl(wrapper=True)
def pytest_report_to_serializable() -> Generator[None, Any, Any]:
    """Send what a test put of a trace into its reports as texts."""
    sent = yield
    if "pytest_traces.model" not in sys.modules:  # then nothing is of a trace
        return sent
    from pytest_traces.plugin.results.serialization import built_in

    return built_in(sent)


@pytest.hookimpl(wrapper=True, tryfirst=True)  # before syrupy's own tryfirst hook
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> Generator[None, Any, Any]:
    """Delete only snapshots that are known to be unused: an incomplete session keeps all."""
    ledger = session.config.stash[FIRST_USE].ledger
    ledger.finishing = True
    getattr(session.config, "workeroutput", {})["trace_kept"] = ledger.kept
    if session.shouldstop or session.shouldfail or exitstatus not in (0, 1) or ledger.cut_short:
        session.config.option.no_cleanup = True
    return (yield)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Begin where xdist controls workers: they report traces, and need the width of its terminal."""
    node.config.stash[FIRST_USE].begin()
    from pytest_traces.plugin.terminal.sections import WIDTH, terminal_width

    node.workerinput[WIDTH] = terminal_width(node.config)

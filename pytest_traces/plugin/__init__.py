"""The only door to pytest: hooks, options, fixtures. Heavy modules are imported when a test needs them."""

from __future__ import annotations

import sys
from collections.abc import Generator, Iterator, Sequence
from contextlib import ExitStack, nullcontext
from typing import TYPE_CHECKING, Any

import pytest

from pytest_traces.acting.holding import holding
from pytest_traces.plugin.host import HOST, PytestHost, WiderFixture
from pytest_traces.plugin.item.frames import OwnFrames
from pytest_traces.plugin.item.snapshot_writing import fail_missing, note_phase
from pytest_traces.plugin.item.traced_test import TEST
from pytest_traces.plugin.options.settings import add_options, read_settings
from pytest_traces.plugin.session import MARKERS, SESSION, TraceSession, armed, is_limited
from pytest_traces.plugin.terminal.report import TraceReport
from pytest_traces.plugin.terminal.sections import TraceSections
from pytest_traces.snapshots.storing.passed_tests import LEDGER
from pytest_traces.trace.recordings.host import enter

if TYPE_CHECKING:
    from pytest_traces.trace.fixture import TraceFixture

WHOLE_TEST = pytest.StashKey[ExitStack]()
"""The recording that began with the test's setup, if the whole test is recorded."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the options and ini keys."""
    add_options(parser)


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Arm the adapters before conftest files import frameworks."""
    armed(early_config)


def pytest_configure(config: pytest.Config) -> None:
    """Read the settings and begin the session."""
    for name in MARKERS:
        config.addinivalue_line("markers", f"{name}(**limits): budgets and invariants of the trace of this test")
    session = config.stash[SESSION] = TraceSession(config, read_settings(config))
    host = config.stash[HOST] = PytestHost(session)
    config.add_cleanup(enter(host))
    config.pluginmanager.register(session.ledger, LEDGER)
    config.pluginmanager.register(OwnFrames(), "pytest-traces-frames")
    ignored = getattr(config.option, "ignore_file_extensions", None) or []
    config.option.ignore_file_extensions = [*ignored, "trace"]  # syrupy's own extension would call ours unknown
    if not hasattr(config, "workerinput"):
        report = TraceReport(session.settings)
        config.pluginmanager.register(report, "pytest-traces-report")
        config.pluginmanager.register(TraceSections(), "pytest-traces-sections")
        if session.settings.has_results or session.settings.run.keep != "off" or session.settings.on_github:
            from pytest_traces.plugin.results.outputs import register_results

            register_results(config, session.settings, report)
    if session.settings.stable > 1:
        from pytest_traces.plugin.item.stable import StableRecording

        config.pluginmanager.register(StableRecording(session.settings.stable), "pytest-traces-stable")


def pytest_sessionstart(session: pytest.Session) -> None:
    """Show live progress of tests on an interactive terminal."""
    if session.config.get_verbosity() > 0:
        from pytest_traces.plugin.terminal.live import LiveProgress, is_wanted

        if is_wanted(session.config):
            session.config.pluginmanager.register(LiveProgress(session.config), "pytest-traces-progress")


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector: pytest.Collector) -> Generator[None, Any, Any]:
    """Refuse misspelt limits at collection, before any program runs and costs money."""
    report = yield
    if report.passed and any(isinstance(one, pytest.Item) and is_limited(one) for one in report.result):
        from pytest_traces.plugin.item.limits import refuse_markers

        refuse_markers(report)
    return report


@pytest.fixture
def trace(request: pytest.FixtureRequest) -> Iterator[TraceFixture]:
    """The recording of this test: the program's spans, events and usage."""
    with request.node.stash[TEST].given_trace() as given:
        yield given


@pytest.fixture
def traces(request: pytest.FixtureRequest) -> Iterator[TraceFixture]:
    """The same as `trace`, for tests that have a fixture or a name `trace` of their own."""
    with request.node.stash[TEST].given_trace() as given:
        yield given


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(fixturedef: Any, request: Any) -> Generator[None, Any, Any]:
    """Record setup and teardown of a fixture with a wider scope in no test."""
    if fixturedef.scope == "function":
        return (yield)
    host, fixture = request.config.stash[HOST], WiderFixture(fixturedef)
    apart = ExitStack()
    apart.callback(fixture.leftovers.close)
    fixturedef.addfinalizer(apart.close)  # finalizers run in reverse order
    with host.outside_tests(fixture):
        value = yield
    fixturedef.addfinalizer(lambda: apart.enter_context(host.outside_tests(fixture)))
    return value


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> Generator[None, Any, Any]:
    """Record a test from its first fixture on, even if `trace` is the last one.

    Tests without the fixture are recorded too: all tests if an option of the run needs them, else those with limits.
    """
    test = item.config.stash[HOST].begin(item)
    whole = item.stash[WHOLE_TEST] = ExitStack()
    if _asks(item) or test.session.settings.records_every_test or is_limited(item):
        whole.enter_context(test.recording())
    outcome = yield
    fail_missing(test)
    return outcome


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, Any, Any]:
    """Check acts and limits of a test that passed, and the hooks of frameworks that it imported."""
    test = item.stash.get(TEST, None)
    with holding(test.faults_of_acts) if test is not None else nullcontext():
        outcome = yield
    if test is not None and (test.harvest is not None or is_limited(item)):
        if test.harvest is not None and (_asks(item) or is_limited(item)):
            test.harvest.recorder.gaps.require_hooks()
        from pytest_traces.plugin.item.limits import check_limits
        from pytest_traces.plugin.item.strays import warn_of_strays

        check_limits(test)
        warn_of_strays(test)
    fail_missing(test)
    return outcome


def pytest_assertrepr_compare(op: str, left: object, right: object) -> list[str] | None:
    """Explain a plain `assert` on a selection."""
    if "pytest_traces.trace.selection" not in sys.modules:  # then neither side is a selection
        return None
    from pytest_traces.trace.comparing import explain_comparison

    return explain_comparison(op, left, right)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None, Any, Any]:
    """End the recording, and the blocks that the test left open, when every fixture is torn down."""
    __tracebackhide__ = True
    test = item.stash.get(TEST, None)
    try:
        outcome = yield
        if test is not None and test.harvest is not None and test.has_passed:
            from pytest_traces.plugin.item.limits import hold_teardown

            hold_teardown(test)
        fail_missing(test)
        return outcome
    finally:
        if test is not None:
            try:
                test.close_leftovers()
            finally:
                item.stash[WHOLE_TEST].close()
                del item.stash[WHOLE_TEST]
                item.config.stash[HOST].end(test)


@pytest.hookimpl(wrapper=True, tryfirst=True)  # outermost: after xfail is decided
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Add figures to the reports of a test, and trees to those of a failed test."""
    test = item.stash.get(TEST, None)
    if test is None:  # its setup never ran
        return (yield)
    if not test.is_traced and not item.config.stash[HOST].has_finished:
        report = yield
        note_phase(report, test)
        return report
    from pytest_traces.plugin.reporting import report_phase

    return (yield from report_phase(test, call))


@pytest.hookimpl(wrapper=True)
def pytest_report_to_serializable() -> Generator[None, Any, Any]:
    """Send what a test put of a trace into its reports as texts."""
    sent = yield
    from pytest_traces.plugin.results.serialization import built_in

    return built_in(sent)


@pytest.hookimpl(wrapper=True, tryfirst=True)  # before syrupy's own tryfirst hook
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> Generator[None, Any, Any]:
    """Delete only snapshots that are known to be unused: an incomplete session keeps all."""
    ledger = session.config.stash[SESSION].ledger
    ledger.finishing = True
    getattr(session.config, "workeroutput", {})["trace_kept"] = ledger.kept
    if session.shouldstop or session.shouldfail or exitstatus not in (0, 1) or ledger.cut_short:
        session.config.option.no_cleanup = True
    return (yield)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any, error: object) -> None:
    """Take over the kept snapshots of an xdist worker; after a crash it is unknown which snapshots it used."""
    ledger = node.config.stash[SESSION].ledger
    ledger.kept.extend(getattr(node, "workeroutput", {}).get("trace_kept", ()))
    if error:
        ledger.cut_short = True


def _asks(item: pytest.Item) -> bool:
    """Return whether a test gets a fixture of ours; its own fixture `trace` may request ours by the same name."""
    known = getattr(getattr(item, "_fixtureinfo", None), "name2fixturedefs", {})
    return any(_leads_to_ours(name, known.get(name, ())) for name in MARKERS)


def _leads_to_ours(name: str, definitions: Sequence[Any]) -> bool:
    for definition in reversed(definitions):  # the last definition is used; an earlier one only if it is requested
        if definition.func.__module__ == __name__:
            return True
        if name not in definition.argnames:
            return False
    return False

"""`pytest-traces report`: one report of several saved runs."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from pytest_traces.cli.command import Commands, Say
from pytest_traces.errors import TracesError
from pytest_traces.report.saved.run import SavedRun
from pytest_traces.report.session import SessionSummary


def add_to(commands: Commands) -> None:
    """Declare the command and its arguments."""
    report = commands.add_parser("report", help="make one report of saved runs (pytest --trace-save)")
    report.add_argument("files", nargs="+", type=Path, metavar="FILE")
    report.add_argument("--html", type=Path, metavar="FILE", help="also write the page of all tests")
    report.add_argument("--coverage", action="store_true", help="also list the tools that were offered, called, failed")
    report.add_argument("--rows", type=_positive, default=10, metavar="N", help="rows of each list (10)")
    report.set_defaults(run=run)


def run(given: argparse.Namespace, say: Say) -> int:
    """Print the report of all runs and write their page; the order of the arguments does not matter."""
    from shutil import get_terminal_size

    from pytest_traces.files import PAGE, is_another
    from pytest_traces.report.coverage.coverage import coverage_of
    from pytest_traces.report.coverage.text import coverage_lines
    from pytest_traces.report.layout.page import Page
    from pytest_traces.report.saved.files import load_run
    from pytest_traces.report.saved.run import session_of
    from pytest_traces.report.terminal import report_lines

    if given.html is not None and is_another(given.html, PAGE):  # `--html *.jsonl` is a slip
        raise TracesError(f"--html: it would overwrite {str(given.html)!r}, which is no page; name another file")
    runs = [load_run(file) for file in sorted(set(given.files))]
    session = session_of(runs, runs[0].about["slow_ms"])
    width = get_terminal_size().columns
    for line in report_lines(session, rows=given.rows, width=width):
        say(line.text)
    if given.coverage:
        say("")
        coverage = coverage_of(runs)
        for line in coverage_lines(coverage, {}, Page(len(coverage.tools), width)):
            say(line.text)
    if given.html is not None:
        _write_page(given.html, runs, session)
        say(f"\ntrace page: {given.html.resolve().as_uri()}")
    return 0


def _write_page(path: Path, runs: Sequence[SavedRun], session: SessionSummary) -> None:
    from pytest_traces.page.entries import page_of
    from pytest_traces.page.tabs import coverage_tabs, report_tab
    from pytest_traces.page.writing import write_page
    from pytest_traces.report.saved.run import named_apart

    about = ", ".join(run.name for run in runs)
    tabs = [report_tab(session), *coverage_tabs(runs)]
    write_page(path, page_of(named_apart(runs), title="traces", about=about, tabs=tabs))


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"expected at least 1, got {number}")
    return number

"""`pytest-traces compare`: lists the changes from one saved run to another."""

from __future__ import annotations

import argparse
from pathlib import Path

from pytest_traces.cli.command import Commands, Say


def add_to(commands: Commands) -> None:
    """Declare the command and its arguments."""
    compare = commands.add_parser("compare", help="list the changes between saved runs (pytest --trace-save)")
    compare.add_argument("old", type=Path, metavar="A", help="a file, or a directory of several runs")
    compare.add_argument("new", type=Path, metavar="B", help="the same")
    compare.add_argument("--markdown", action="store_true", help="write Markdown, as for $GITHUB_STEP_SUMMARY")
    compare.add_argument("--fail", metavar="LIMITS", help='exit with 1 if a limit is broken, as "tokens:10%%,calls:0"')
    compare.add_argument("--rows", type=int, default=10, metavar="N", help="rows of each list on the terminal (10)")
    compare.set_defaults(run=run)


def run(given: argparse.Namespace, say: Say) -> int:
    """Print the changes; return 1 if a limit is broken."""
    from shutil import get_terminal_size

    from pytest_traces.report.comparison.comparison import compare
    from pytest_traces.report.comparison.limits import read_limits
    from pytest_traces.report.comparison.text import baseline_of, comparison_lines, comparison_markdown
    from pytest_traces.report.layout.page import Page
    from pytest_traces.report.saved.commit import now
    from pytest_traces.report.saved.sides import load_runs

    limits = read_limits(given.fail) if given.fail else {}
    before, after = map(load_runs, (given.old, given.new))
    comparison = compare(before, after, limits)
    baseline = baseline_of(given.old.name, before, now())
    if given.markdown:
        lines = comparison_markdown(comparison, baseline)
    else:
        page = Page(given.rows, get_terminal_size().columns)
        lines = (line.text for line in comparison_lines(comparison, baseline, page))
    for line in lines:
        say(line)
    return int(comparison.has_failed)

"""`pytest-traces show`: draws a trace file."""

from __future__ import annotations

import argparse

from pytest_traces.cli.command import Commands, Say


def add_to(commands: Commands) -> None:
    """Declare the command and its arguments."""
    show = commands.add_parser("show", help="draw a trace file")
    show.add_argument("file", metavar="FILE")
    show.set_defaults(run=run)


def run(given: argparse.Namespace, say: Say) -> int:
    """Draw the span tree."""
    from pytest_traces.trace.trace import Trace

    say(str(Trace.load(given.file)))
    return 0

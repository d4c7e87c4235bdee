"""`pytest-traces diff`: shows how two trace files differ."""

from __future__ import annotations

import argparse

from pytest_traces.cli import colours
from pytest_traces.cli.command import Commands, Say


def add_to(commands: Commands) -> None:
    """Declare the command and its arguments."""
    told = "show how the span tree of trace file B differs from that of A"
    diff = commands.add_parser("diff", help=told, description=f"{told[0].upper()}{told[1:]}; exit with 1 if it does.")
    diff.add_argument("old", metavar="A")
    diff.add_argument("new", metavar="B")
    diff.set_defaults(run=run)


def run(given: argparse.Namespace, say: Say) -> int:
    """Draw the fewest edits between the span trees; return 1 if there are any."""
    from pytest_traces.snapshots.comparing.explain import explain
    from pytest_traces.trace.trace import Trace

    old, new = (Trace.load(file).span_tree() for file in (given.old, given.new))
    if old == new:
        say("the span trees are the same")
        return 0
    headline, body = explain("span_tree", old, new)
    say(f"{headline}\n\n{colours.edits(body)}")
    return 1

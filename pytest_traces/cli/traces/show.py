"""`pytest-traces show`: draws a trace file."""

from __future__ import annotations

import argparse

from pytest_traces.cli.command import Commands, Say
from pytest_traces.errors import TracesError


def add_to(commands: Commands) -> None:
    """Declare the command and its arguments."""
    show = commands.add_parser("show", help="draw the tree and the timeline of a trace file")
    show.add_argument("file", metavar="FILE")
    show.set_defaults(run=run)


def run(given: argparse.Namespace, say: Say) -> int:
    """Draw the span tree with what went in and out of each span, then the timeline."""
    from pytest_traces.analysis.health.slow import SLOW_MS
    from pytest_traces.drawing.timeline import draw_timeline
    from pytest_traces.drawing.tree import detailed, draw_tree
    from pytest_traces.formats.loading import load_tree

    tree = load_tree(given.file)
    if not tree.spans:
        raise TracesError(f"{given.file} holds no spans")
    say(draw_tree(tree, detailed))
    say("")
    say(draw_timeline(tree, slow_ms=SLOW_MS))
    return 0

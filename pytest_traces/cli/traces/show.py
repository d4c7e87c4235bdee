"""`pytest-traces show`: draws a trace file, or the file of a test's snapshots."""

from __future__ import annotations

import argparse
from argparse import BooleanOptionalAction
from collections.abc import Iterator
from pathlib import Path

from pytest_traces.cli import colours
from pytest_traces.cli.command import Commands, Say
from pytest_traces.errors import TracesError
from pytest_traces.model.span import SpanData
from pytest_traces.model.tree import SpanTree
from pytest_traces.model.words.signs import FAILURE

SNAPSHOT = ".trace"
"""The suffix of a snapshot file."""


def add_to(commands: Commands) -> None:
    """Declare the command and its arguments."""
    told = "draw the tree and the timeline of a trace file, or the snapshots of a test"
    show = commands.add_parser("show", help=told, description=f"{told[0].upper()}{told[1:]}.")
    show.add_argument("file", metavar="FILE", type=Path, help="a trace in any known format, or a .trace file")
    for name, default, text in (
        ("values", True, "draw input and output of each span"),
        ("times", True, "draw the duration of each span"),
        ("tokens", False, "draw the tokens of each model call"),
        ("cost", False, "draw the cost of each model call; prices come with the extra `cost`"),
        ("timeline", True, "draw the timeline below the tree"),
        ("whole", False, "draw values in full length"),
    ):
        show.add_argument(f"--{name}", action=BooleanOptionalAction, default=default, help=text)
    show.set_defaults(run=run)


def run(given: argparse.Namespace, say: Say) -> int:
    """Draw the content of a file."""
    if given.file.name.endswith(SNAPSHOT):
        _show_snapshots(given.file, say)
    else:
        _show_trace(given, say)
    return 0


def _show_snapshots(file: Path, say: Say) -> None:
    from pytest_traces.snapshots.text.file import load

    sections = load(file)
    if not sections:
        raise TracesError(f"{file} is not there")
    for number, (name, section) in enumerate(sections.items()):
        say(f"{chr(10) * bool(number)}{name}")
        say(colours.tree(section.text))


def _show_trace(given: argparse.Namespace, say: Say) -> None:
    from pytest_traces.analysis.health.slow import SLOW_MS
    from pytest_traces.drawing.text import show_values_whole
    from pytest_traces.drawing.timeline import draw_timeline
    from pytest_traces.formats.loading import load_tree

    tree = load_tree(given.file)
    if not tree.spans:
        raise TracesError(f"{given.file} holds no spans")
    cut_again = show_values_whole() if given.whole else None
    say(colours.tree(_drawn(tree, given)))
    if cut_again is not None:
        cut_again()
    if given.timeline:
        say(f"\n{draw_timeline(tree, slow_ms=SLOW_MS)}")


def _drawn(tree: SpanTree, given: argparse.Namespace) -> str:
    from pytest_traces.drawing.text import brief
    from pytest_traces.drawing.tree import draw_tree, outline

    def line(span: SpanData) -> str:
        head, cross, trouble = outline(span).partition(f" {FAILURE} ")
        went_in = f" {brief(span.input)}" if given.values and span.input is not None else ""
        came_out = f" → {brief(span.output)}" if given.values and span.output is not None else ""
        return "   ".join([f"{head}{went_in}{came_out}{cross}{trouble}", *_figures(span, given)])

    return draw_tree(tree, line)


def _figures(span: SpanData, given: argparse.Namespace) -> Iterator[str]:
    from pytest_traces.report.layout.figures import at_least, money

    used = span.own_usage
    if given.tokens:
        for unit, word in (("input_tokens", "in"), ("output_tokens", "out")):
            counts = [count for model in used.by_model.values() if (count := getattr(model, unit)) is not None]
            if counts:
                yield f"{sum(counts):,} {word}"
    if given.cost and used.by_model:
        known = used.cost
        yield at_least(money(float(known.usd)), is_known=not known.unknown, is_anything=bool(known.usd))
    if given.times and span.elapsed is not None:
        yield f"{span.elapsed:.0f} ms"

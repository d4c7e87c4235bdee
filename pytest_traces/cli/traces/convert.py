"""`pytest-traces convert`: writes a trace file in a format that other tools draw."""

from __future__ import annotations

import argparse
from pathlib import Path

from pytest_traces.cli.command import Commands, Say
from pytest_traces.model.tree import SpanTree
from pytest_traces.redaction.masking import redact


def add_to(commands: Commands) -> None:
    """Declare the command and its arguments."""
    convert = commands.add_parser("convert", help="write a trace file as OTLP JSON lines, or for Perfetto and Chrome")
    convert.add_argument("file", metavar="FILE")
    convert.add_argument("--to", choices=("otlp", "perfetto"), required=True, help="otlp, or perfetto: Chrome's JSON")
    convert.add_argument("--output", "-o", type=Path, metavar="FILE", help="the file to write; the terminal by default")
    convert.set_defaults(run=run)


def run(given: argparse.Namespace, say: Say) -> int:
    """Write the trace with its secrets masked; lanes become tracks."""
    from pytest_traces.files import replace_file
    from pytest_traces.formats.loading import load_tree

    tree = load_tree(given.file)
    text = _otlp(tree) if given.to == "otlp" else _chrome(tree)
    if given.output is None:
        say(text)
    else:
        replace_file(given.output, f"{text}\n")
    return 0


def _otlp(tree: SpanTree) -> str:
    from pytest_traces.formats.otlp.lines import otlp_lines

    return "\n".join(otlp_lines(tree))


def _chrome(tree: SpanTree) -> str:
    from pytest_traces.files import json_line
    from pytest_traces.formats.chrome import encode_chrome

    return redact(json_line(encode_chrome(tree)))

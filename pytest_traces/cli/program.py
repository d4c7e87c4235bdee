"""The program behind `pytest-traces`: it finds the command, runs it, and turns errors into exit codes."""

from __future__ import annotations

import argparse
import os
import sys
import traceback
from collections.abc import Collection, Sequence
from importlib.metadata import version
from io import TextIOWrapper

from pytest_traces.cli import doctor
from pytest_traces.cli.snapshots import accept, pending, reject, review
from pytest_traces.cli.traces import compare, convert, diff, report, show
from pytest_traces.errors import TracesError
from pytest_traces.wording import nearest

COMMANDS = (show, diff, convert, report, compare, pending, review, accept, reject, doctor)
"""One module for each command, in the order of `--help`; its `add_to(commands)` declares it."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return 0, 1 for a difference or an open decision, 2 for an error."""
    parser, commands = _parser()
    words = list(sys.argv[1:] if arguments is None else arguments)
    if words and words[0] not in commands and not words[0].startswith("-"):
        known = ", ".join(commands)
        sys.stderr.write(f"pytest-traces: unknown command {words[0]!r}{nearest(words[0], commands)}; known: {known}\n")
        return 2
    given = parser.parse_args(words)
    if given.run is None:
        parser.print_help()
        return 2
    if isinstance(sys.stdout, TextIOWrapper):  # a console without a character gets the escape of it
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        code = int(given.run(given, lambda line: sys.stdout.write(f"{line}\n")))
        sys.stdout.flush()
        return code
    except BrokenPipeError:  # the reader closed the pipe (`| head`): Python's flush at exit must not fail again
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    except (TracesError, OSError) as error:
        sys.stderr.write(f"pytest-traces: {error}\n")
        return 2
    except KeyboardInterrupt:
        return 130
    except Exception:  # a defect of ours: Python's exit code would be 1, which means a difference here
        traceback.print_exc()
        return 2


def _parser() -> tuple[argparse.ArgumentParser, Collection[str]]:
    """Return the parser, and the names of the commands."""
    told = "Read trace files, decide on pending snapshots; no test is run."
    parser = argparse.ArgumentParser(prog="pytest-traces", description=told)
    parser.add_argument("--version", action="version", version=f"pytest-traces {version('pytest-traces')}")
    parser.set_defaults(run=None)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")
    for command in COMMANDS:
        command.add_to(commands)
    return parser, commands.choices

"""`pytest-traces accept`: writes pending snapshots into their files."""

from __future__ import annotations

import argparse
import sys

from pytest_traces.cli.command import Commands, Say
from pytest_traces.cli.snapshots.groups import title_of
from pytest_traces.cli.snapshots.lookup import add_command, find_entries, find_store
from pytest_traces.errors import TracesError


def add_to(commands: Commands) -> None:
    """Declare the command and its arguments."""
    add_command(commands, "accept", "write the received texts to their files; no test runs again").set_defaults(run=run)


def run(given: argparse.Namespace, say: Say) -> int:
    """Write each pending snapshot to its file; return 2 if one is refused."""
    store = find_store(given)
    entries = find_entries(store, given, say)
    refused = 0
    for entry in entries:
        try:
            store.accept(entry)
        except TracesError as error:
            refused += 1
            sys.stderr.write(f"pytest-traces: {error}\n")
        else:
            say(f"accepted {title_of(entry)}")
    return 2 if refused else 0

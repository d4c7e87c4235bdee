"""`pytest-traces reject`: deletes pending snapshots."""

from __future__ import annotations

import argparse

from pytest_traces.cli.command import Commands, Say
from pytest_traces.cli.snapshots.groups import title_of
from pytest_traces.cli.snapshots.lookup import add_command, find_entries, find_store


def add_to(commands: Commands) -> None:
    """Declare the command and its arguments."""
    add_command(commands, "reject", "drop what was received").set_defaults(run=run)


def run(given: argparse.Namespace, say: Say) -> int:
    """Delete each pending snapshot."""
    store = find_store(given)
    entries = find_entries(store, given, say)
    for entry in entries:
        store.reject(entry)
        say(f"rejected {title_of(entry)}")
    return 0

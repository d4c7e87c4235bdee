"""`pytest-traces pending`: shows the snapshots that wait for a decision."""

from __future__ import annotations

import argparse

from pytest_traces.cli.command import Commands, Say
from pytest_traces.cli.snapshots.waiting import add_command, find_entries, find_store, title_of


def add_to(commands: Commands) -> None:
    """Declare the command and its arguments."""
    text = "show the snapshots that wait for a decision, each with its diff"
    add_command(commands, "pending", text).set_defaults(run=run)


def run(given: argparse.Namespace, say: Say) -> int:
    """Show each pending snapshot with its diff."""
    from pytest_traces.snapshots.comparing.explain import explain

    store = find_store(given)
    for entry in find_entries(store, given, say):
        say(title_of(entry))
        if entry.stored is None:
            say(f"no snapshot yet; received:\n\n{entry.received}\n")
        else:
            headline, body = explain(entry.kind, entry.stored, entry.received)
            say(f"{headline}\n\n{body}\n")
    return 0

"""`pytest-traces pending`: lists pending snapshots."""

from __future__ import annotations

import argparse

from pytest_traces.cli import colours
from pytest_traces.cli.command import Commands, Say
from pytest_traces.cli.snapshots.groups import grouped
from pytest_traces.cli.snapshots.lookup import add_command, find_entries, find_store
from pytest_traces.wording import count


def add_to(commands: Commands) -> None:
    """Declare the command and its arguments."""
    text = "list the pending snapshots, equal edits once"
    add_command(commands, "pending", text).set_defaults(run=run)


def run(given: argparse.Namespace, say: Say) -> int:
    """Print each edit, then their number and the next commands; return 1 if a snapshot is pending."""
    entries = find_entries(find_store(given), given, say)
    if not entries:
        return 0
    groups = grouped(entries)
    for group in groups:
        for title in group.titles:
            say(title)
        say(f"{colours.edits(group.told)}\n")
    tests = count(len({entry.nodeid for entry in entries}), "test")
    source = "" if given.source is None else f" --from {given.source}"
    are = "is" if len(entries) == 1 else "are"
    edits = f", {count(len(groups), 'different edit')}" if len(groups) < len(entries) else ""
    say(f"{count(len(entries), 'snapshot')} of {tests} {are} pending{edits}")
    say(f"next: pytest-traces review{source}, accept{source} or reject{source}")
    return 1

"""Finds the pending snapshots that a command is about."""

from __future__ import annotations

import argparse
from pathlib import Path

from pytest_traces.cli.command import Commands, Say
from pytest_traces.errors import TracesError
from pytest_traces.snapshots.storing.pending import Pending, PendingStore

CACHE = ".pytest_cache"
"""Where pytest keeps its cache by default."""


def add_command(commands: Commands, name: str, text: str) -> argparse.ArgumentParser:
    """Declare a command that takes a pattern of tests, and pytest's cache."""
    command = commands.add_parser(name, help=text)
    command.add_argument("pattern", nargs="?", default="*", help="a node id, a part of one, or a glob over it")
    command.add_argument("--cache-dir", type=Path, help=f"pytest's cache, where it is not a {CACHE} further up")
    return command


def find_store(given: argparse.Namespace) -> PendingStore:
    """Find the pending snapshots: below the given cache, or the nearest cache from here upwards."""
    if given.cache_dir is not None:
        if not given.cache_dir.is_dir():
            raise TracesError(f"there is no directory {str(given.cache_dir)!r}")
        return _kept_in(given.cache_dir / "d" / "traces-pending")
    here = Path.cwd()
    caches = [above / CACHE / "d" / "traces-pending" for above in (here, *here.parents)]
    return _kept_in(next((cache for cache in caches if cache.is_dir()), caches[0]))


def find_entries(store: PendingStore, given: argparse.Namespace, say: Say) -> list[Pending]:
    """Return the pending snapshots of the tests that match; say so if there are none."""
    entries = store.entries(given.pattern)
    if not entries:
        say("nothing is pending" if given.pattern == "*" else f"nothing pending matches {given.pattern!r}")
    return entries


def title_of(entry: Pending) -> str:
    """Name the test and the section of a pending snapshot."""
    return f"{entry.nodeid}: {entry.kind.replace('_', ' ')}{entry.index.removeprefix(entry.kind)}"


def _kept_in(directory: Path) -> PendingStore:
    return PendingStore(lambda: directory)

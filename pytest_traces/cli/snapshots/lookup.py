"""Finds the pending snapshots for a command."""

from __future__ import annotations

import argparse
from pathlib import Path

from pytest_traces.cli.command import Commands, Say
from pytest_traces.errors import TracesError
from pytest_traces.snapshots.storing.pending import Pending, PendingStore

CACHE = ".pytest_cache"
"""Default directory of pytest's cache."""


def add_command(commands: Commands, name: str, text: str) -> argparse.ArgumentParser:
    """Declare a command with a pattern of tests and the options for the directory."""
    command = commands.add_parser(name, help=text, description=f"{text[0].upper()}{text[1:]}.")
    command.add_argument("pattern", nargs="?", default="*", help="a node id, a part of one, or a glob over it")
    place = command.add_mutually_exclusive_group()
    place.add_argument("--from", dest="source", type=Path, metavar="DIR", help="the --trace-dir of a run in CI")
    place.add_argument("--cache-dir", type=Path, metavar="DIR", help=f"pytest's cache, if it is not {CACHE} further up")
    return command


def find_store(given: argparse.Namespace) -> PendingStore:
    """Return the pending snapshots: of CI, of the given cache, or of the nearest cache from here upwards."""
    if given.source is not None:
        return _left_by_ci(given.source)
    if given.cache_dir is not None:
        if not given.cache_dir.is_dir():
            raise TracesError(f"there is no directory {str(given.cache_dir)!r}")
        return _kept_in(given.cache_dir / "d" / "traces-pending")
    return _kept_in((_nearest_cache() or Path(CACHE)) / "d" / "traces-pending")


def find_entries(store: PendingStore, given: argparse.Namespace, say: Say) -> list[Pending]:
    """Return the pending snapshots of matching tests; print a line if there is none.

    Raises `TracesError` if a pattern matches no pending snapshot.
    """
    entries = store.entries(given.pattern)
    if not entries:
        others = {entry.nodeid for entry in store.entries()} if given.pattern != "*" else set()
        if others:
            known = "".join(f"\n  {nodeid}" for nodeid in sorted(others))
            raise TracesError(f"nothing pending matches {given.pattern!r}; pending are{known}")
        is_found = given.source or given.cache_dir or _nearest_cache()
        say("nothing is pending" if is_found else f"nothing is pending: there is no {CACHE} here or further up")
    return entries


def _nearest_cache() -> Path | None:
    """Return the nearest cache of pytest, from here upwards; one with pending snapshots is preferred."""
    here = Path.cwd()
    caches = [above / CACHE for above in (here, *here.parents) if (above / CACHE).is_dir()]
    used = (cache for cache in caches if (cache / "d" / "traces-pending").is_dir())
    return next(used, caches[0] if caches else None)


def _kept_in(directory: Path) -> PendingStore:
    return PendingStore(lambda: directory)


def _left_by_ci(source: Path) -> PendingStore:
    """Return all directories `pending` in an artifact: a sharded run has one for each shard."""
    if not source.is_dir():
        raise TracesError(f"there is no directory {str(source)!r}")
    first, *others = sorted(path for path in source.rglob("pending") if path.is_dir()) or [source]
    store = PendingStore(lambda: first, None, *others)
    modules = [entry.nodeid.partition("::")[0] for entry in store.entries()]
    here = Path.cwd()
    root = next((above for above in (here, *here.parents) if any((above / one).exists() for one in modules)), None)
    if root is None and modules:
        raise TracesError(f"run it in the project: neither here nor further up is {modules[0]}")
    return PendingStore(lambda: first, root, *others)

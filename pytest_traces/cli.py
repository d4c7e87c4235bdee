"""The command `pytest-traces`: looks at trace files, decides on pending snapshots; it runs no test."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from io import TextIOWrapper
from pathlib import Path

from pytest_traces.errors import TracesError
from pytest_traces.snapshots.storing.pending import Pending, PendingStore

Say = Callable[[str], object]

CACHE = ".pytest_cache"
"""Where pytest keeps its cache unless told otherwise."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return 0, 1 where there was nothing to decide or something differs, 2 on an error."""
    parser = _parser()
    given = parser.parse_args(arguments)
    if given.run is None:
        parser.print_help()
        return 2
    if isinstance(sys.stdout, TextIOWrapper):  # a console that can't show a character gets its number
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        code = int(given.run(given, lambda line: sys.stdout.write(f"{line}\n")))
        sys.stdout.flush()
        return code
    except BrokenPipeError:  # whoever read has seen enough; nobody is to fail at the interpreter's exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    except (TracesError, OSError) as error:
        sys.stderr.write(f"pytest-traces: {error}\n")
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="pytest-traces", description=__doc__)
    parser.set_defaults(run=None)
    commands = parser.add_subparsers(title="commands", metavar="")
    show = commands.add_parser("show", help="draw a trace file")
    show.add_argument("file", metavar="FILE")
    show.set_defaults(run=_show)
    diff = commands.add_parser("diff", help="tell how the span tree of trace file B differs from that of A")
    diff.add_argument("files", nargs=2, metavar=("A", "B"))
    diff.set_defaults(run=_diff)
    for name, run, text in (
        ("pending", _pending, "show the snapshots that wait for a decision, each with its diff"),
        ("accept", _accept, "commit what was received; no test is run again"),
        ("reject", _reject, "drop what was received"),
    ):
        command = commands.add_parser(name, help=text)
        command.add_argument("pattern", nargs="?", default="*", help="a node id, a part of one, or a glob over it")
        command.add_argument("--cache-dir", type=Path, help=f"pytest's cache, where it is not a {CACHE} further up")
        command.set_defaults(run=run)
    commands.add_parser("doctor", help="tell which frameworks are listened to").set_defaults(run=_doctor)
    return parser


def _show(given: argparse.Namespace, say: Say) -> int:
    from pytest_traces.trace.trace import Trace

    say(str(Trace.load(given.file)))
    return 0


def _diff(given: argparse.Namespace, say: Say) -> int:
    from pytest_traces.snapshots.comparing.explain import explain
    from pytest_traces.trace.trace import Trace

    old, new = (Trace.load(file).span_tree() for file in given.files)
    if old == new:
        say("the span trees are the same")
        return 0
    headline, body = explain("span_tree", old, new)
    say(f"{headline}\n\n{body}")
    return 1


def _pending(given: argparse.Namespace, say: Say) -> int:
    from pytest_traces.snapshots.comparing.explain import explain

    store = _store(given)
    for entry in _entries(store, given, say):
        say(_title(entry))
        if entry.stored is None:
            say(f"no snapshot yet; received:\n\n{entry.received}\n")
        else:
            headline, body = explain(entry.kind, entry.stored, entry.received)
            say(f"{headline}\n\n{body}\n")
    return 0


def _accept(given: argparse.Namespace, say: Say) -> int:
    store = _store(given)
    entries = _entries(store, given, say)
    refused = 0
    for entry in entries:
        try:
            store.accept(entry)
        except TracesError as error:
            refused += 1
            sys.stderr.write(f"pytest-traces: {error}\n")
        else:
            say(f"accepted {_title(entry)}")
    return 2 if refused else int(not entries)


def _reject(given: argparse.Namespace, say: Say) -> int:
    store = _store(given)
    entries = _entries(store, given, say)
    for entry in entries:
        store.reject(entry)
        say(f"rejected {_title(entry)}")
    return int(not entries)


def _doctor(given: argparse.Namespace, say: Say) -> int:
    from pytest_traces.adapters.doctor import diagnose

    findings = list(diagnose())
    for finding in findings:
        say(f"{finding.adapter:<14} {finding.told}")
    return int(any(finding.broken for finding in findings))


def _store(given: argparse.Namespace) -> PendingStore:
    """Find the pending snapshots: below the given cache, or the nearest cache from here upwards."""
    if given.cache_dir is not None:
        if not given.cache_dir.is_dir():
            raise TracesError(f"there is no directory {str(given.cache_dir)!r}")
        return _kept_in(given.cache_dir / "d" / "traces-pending")
    here = Path.cwd()
    caches = [above / CACHE / "d" / "traces-pending" for above in (here, *here.parents)]
    return _kept_in(next((cache for cache in caches if cache.is_dir()), caches[0]))


def _kept_in(directory: Path) -> PendingStore:
    return PendingStore(lambda: directory)


def _entries(store: PendingStore, given: argparse.Namespace, say: Say) -> list[Pending]:
    entries = store.entries(given.pattern)
    if not entries:
        say("nothing is pending" if given.pattern == "*" else f"nothing pending matches {given.pattern!r}")
    return entries


def _title(entry: Pending) -> str:
    return f"{entry.nodeid}: {entry.kind.replace('_', ' ')}{entry.index.removeprefix(entry.kind)}"


if __name__ == "__main__":
    sys.exit(main())

"""`pytest-traces review`: shows pending snapshots one by one and asks for a decision."""

from __future__ import annotations

import argparse
import sys
from collections import Counter

from pytest_traces.cli import colours
from pytest_traces.cli.command import Commands, Say
from pytest_traces.cli.snapshots.groups import Group, grouped, title_of
from pytest_traces.cli.snapshots.lookup import add_command, find_entries, find_store
from pytest_traces.errors import TracesError
from pytest_traces.snapshots.storing.pending import Pending, PendingStore

_VERBS = {"a": "accept", "r": "reject", "s": "skip"}


def add_to(commands: Commands) -> None:
    """Declare the command and its arguments."""
    text = "show each pending snapshot and ask: accept, reject or skip, one or all with the same edit"
    add_command(commands, "review", text).set_defaults(run=run)


def run(given: argparse.Namespace, say: Say) -> int:
    """Ask about each snapshot; return 2 if one was refused, 1 if one is still pending."""
    store = find_store(given)
    entries = find_entries(store, given, say)
    review = Review(store, say, len(entries))
    for group in grouped(entries):
        if not review.ask_about(group):
            break
    if entries:
        review.tell()
    return review.code


class Review:
    """One pass over the pending snapshots."""

    def __init__(self, store: PendingStore, say: Say, total: int) -> None:
        self._store = store
        self._say = say
        self._total = total
        self._done: Counter[str] = Counter()
        self._seen = 0

    @property
    def code(self) -> int:
        """The exit code."""
        return 2 if self._done["refuse"] else int(self._left > 0)

    def ask_about(self, group: Group) -> bool:
        """Show a group and ask about its entries until each is decided; return `False` if the user leaves."""
        left = list(group.entries)
        while left:
            self._show(left, group.told)
            answer = self._answer(len(left))
            if not answer:
                return False
            decided = left if len(answer) == 2 else left[:1]
            for entry in decided:
                self._decide(_VERBS[answer[0]], entry)
            self._seen += len(decided)
            left = left[len(decided) :]
        return True

    def tell(self) -> None:
        """Print the number of accepted, rejected and pending snapshots."""
        words = {"accept": "accepted", "reject": "rejected", "skip": "skipped", "refuse": "refused"}
        done = [f"{number} {words[verb]}" for verb, number in self._done.items()]
        self._say(", ".join([*done, f"{self._left} still pending"]))

    @property
    def _left(self) -> int:
        return self._total - self._done["accept"] - self._done["reject"]

    def _show(self, left: list[Pending], told: str) -> None:
        more = f", and {len(left) - 1} more with the same edit" if len(left) > 1 else ""
        self._say(f"[{self._seen + 1}/{self._total}] {title_of(left[0])}{more}\n{colours.edits(told)}\n")

    def _answer(self, alike: int) -> str:
        """Return `a`, `r` or `s`, doubled for all with the same edit; empty if the user leaves."""
        known = {*_VERBS, *((verb * 2 for verb in _VERBS) if alike > 1 else ())}
        choices = "a accept, r reject, s skip"
        choices += f"; aa, rr, ss the same for all {alike} like this one" if alike > 1 else ""
        while True:
            self._say(f"{choices}; q quit")
            sys.stdout.write("> ")
            sys.stdout.flush()
            line = sys.stdin.readline()
            answer = line.strip().lower()
            if not line or answer == "q":
                return ""
            if answer in known:
                return answer

    def _decide(self, verb: str, entry: Pending) -> None:
        try:
            if verb == "accept":
                self._store.accept(entry)
            elif verb == "reject":
                self._store.reject(entry)
        except TracesError as error:
            verb = "refuse"
            self._say(f"pytest-traces: {error}")
        self._done[verb] += 1

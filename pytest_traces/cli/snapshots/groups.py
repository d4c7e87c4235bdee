"""Groups of pending snapshots with equal edits: one edit of a program changes many tests in the same way."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from pytest_traces.snapshots.storing.pending import Pending

_SHOWN = 3  # names in a title; the others are counted
_COUNTED = re.compile(r"^ +… \d+ unchanged$", re.MULTILINE)


class Group(NamedTuple):
    """Pending snapshots with equal edits."""

    entries: list[Pending]
    told: str
    """The difference of the first one from its committed text."""

    @property
    def titles(self) -> list[str]:
        """The first names, and the number of the others."""
        names = [title_of(entry) for entry in self.entries]
        more = len(names) - _SHOWN
        return names if more <= 1 else [*names[:_SHOWN], f"… {more} more"]


def grouped(entries: Iterable[Pending]) -> list[Group]:
    """Group equal edits, in the order of their first snapshots."""
    groups: dict[tuple[str, str], Group] = {}
    for entry in entries:
        told = difference(entry)
        same = (entry.kind, _COUNTED.sub("", told))
        groups.setdefault(same, Group([], told)).entries.append(entry)
    return list(groups.values())


def difference(entry: Pending) -> str:
    """Return the difference of the received text from the committed one."""
    from pytest_traces.snapshots.comparing.explain import explain

    if entry.stored is None:
        return f"no snapshot yet; received:\n\n{entry.received}"
    headline, body = explain(entry.kind, entry.stored, entry.received)
    return f"{headline}\n\n{body}"


def title_of(entry: Pending) -> str:
    """Return the test and the section of a pending snapshot."""
    return f"{entry.nodeid}: {entry.kind.replace('_', ' ')}{entry.index.removeprefix(entry.kind)}"

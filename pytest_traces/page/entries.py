"""The data of the page as plain values: test processes make it, reports and saved files carry it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypedDict, cast

Outcome = Literal["passed", "failed", "error", "skipped", "rerun", "xfailed", "xpassed"]
"""The outcome of an attempt of a test; `rerun`: the attempt failed and the test ran again."""


class Shown(TypedDict):
    """One recording that a test made or used."""

    title: str
    """`Trace`, or `Trace of` with the owner of the recording."""
    key: str
    """The key of the packed recording: several tests may show the same one."""


class TestEntry(TypedDict):
    """One attempt of one test."""

    nodeid: str
    attempt: int
    """1 for the first."""
    outcome: Outcome
    reason: str
    """The first line of its failure; empty unless it failed."""
    figures: Mapping[str, Any]
    """Its summary: see `report.summary`."""
    recordings: Sequence[Shown]
    failure: str
    """The key of its packed failure; empty unless it failed."""


Cell = str | tuple[str, Literal["good", "bad", "dim"]]
"""The text of a cell, and its mark."""


class Head(TypedDict):
    """The head of a column."""

    text: str
    is_figure: bool
    """Whether its cells are aligned right."""


class Table(TypedDict):
    """A table of a tab: the first column names the row."""

    title: str
    columns: Sequence[Head]
    rows: Sequence[Sequence[Cell]]


class Tab(TypedDict):
    """A further view of a session: coverage, the report, or a comparison with a baseline."""

    title: str
    notes: Sequence[str]
    """Paragraphs before the tables."""
    tables: Sequence[Table]


@dataclass
class PageData:
    """All data of a page."""

    title: str
    tests: list[TestEntry] = field(default_factory=list)
    packed: dict[str, str] = field(default_factory=dict)
    """Recordings and failures, packed, by key."""
    tabs: list[Tab] = field(default_factory=list)
    about: str = ""
    """One line about the session, with its date or its commit."""


def page_of(tests: Iterable[Mapping[str, Any]], *, title: str, about: str, tabs: Sequence[Tab] = ()) -> PageData:
    """Return the data of a page; `packed` of an entry holds its packed values.

    A test with neither a trace nor a failure is left out.
    """
    data = PageData(title=title, about=about, tabs=list(tabs))
    for test in tests:
        if test["recordings"] or test["failure"]:
            data.tests.append(cast(TestEntry, {name: test[name] for name in TestEntry.__annotations__}))
            data.packed.update(test["packed"])
    return data

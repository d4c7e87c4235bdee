"""The data of a saved run: its origin, an entry for each attempt of a test, and recordings of fixtures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypedDict

from pytest_traces.report.session import SessionSummary
from pytest_traces.report.summary import TestSummary

FAILED = ("failed", "error")
"""The outcomes of a test that did not pass."""


class About(TypedDict):
    """The origin of a run: the first line of its file."""

    pytest_traces: str
    """The version of pytest-traces that wrote it."""
    commit: str
    """The tested commit; empty if it is unknown."""
    time: str
    """The date of that commit, or of the run if there is none: ISO 8601 in UTC."""
    slow_ms: float
    """The milliseconds from which a span counted as slow."""
    part: str
    """Why only a part of the suite ran, as in `-k`; empty if all did."""


class SavedTest(TypedDict):
    """One attempt of one test."""

    nodeid: str
    attempt: int
    """1 for the first."""
    outcome: str
    """`passed`, `failed`, `error`, `skipped`, `xfailed`, `xpassed`, or `rerun`: it failed and the test ran again."""
    reason: str
    """The first line of its error; empty unless it failed."""
    figures: TestSummary
    """Its summary; empty if it recorded no trace."""
    made: Sequence[TestSummary]
    """The summaries of its blocks of `record()`."""
    recordings: Sequence[Mapping[str, str]]
    """Title and key of each packed recording that it made or used."""
    failure: str
    """The key of its packed failure; empty unless it failed."""
    packed: Mapping[str, str]
    """Packed recordings and failures for the page, by key."""


@dataclass
class SavedRun:
    """One run of a suite, or of a part of it on one machine."""

    about: About
    tests: list[SavedTest] = field(default_factory=list)
    outside: list[tuple[str, TestSummary]] = field(default_factory=list)
    """Recordings of wider fixtures, each with its owner."""
    name: str = ""
    """The file of the run."""


def session_of(runs: Sequence[SavedRun], slow_ms: float) -> SessionSummary:
    """Return the figures of all runs together; the order of the runs does not matter."""
    session = SessionSummary(slow_ms)
    session.ran_twice = _twice(runs)
    for test in named_apart(runs):
        if test["made"] and test["outcome"] != "rerun":
            session.add_made(test["nodeid"], test["made"])
        if test["figures"]:
            session.add(test["nodeid"], test["figures"], rerun=test["outcome"] == "rerun")
            if test["outcome"] in FAILED:
                session.fail(test["nodeid"], test["reason"])
    for run in runs:
        session.add_outside(run.outside)
    return session


def named_apart(runs: Sequence[SavedRun]) -> list[SavedTest]:
    """Return the tests of all runs in order; a test of several runs stays in each, named with the file."""
    first: dict[str, SavedRun] = {}
    tests: list[SavedTest] = []
    for run in sorted(runs, key=lambda run: run.name):
        for test in run.tests:
            is_first = first.setdefault(test["nodeid"], run) is run
            tests.append(test if is_first else {**test, "nodeid": f"{test['nodeid']} ({run.name})"})
    return sorted(tests, key=lambda test: (test["nodeid"], test["attempt"]))


def recorded(run: SavedRun) -> Iterator[tuple[str, list[TestSummary]]]:
    """Yield the traces of each test's last attempt, and of each wider fixture, by owner."""
    for test in run.tests:
        if test["outcome"] != "rerun":
            yield test["nodeid"], [*([test["figures"]] if test["figures"] else []), *test["made"]]
    yield from ((owner, [figures]) for owner, figures in run.outside)


def _twice(runs: Sequence[SavedRun]) -> dict[str, list[str]]:
    files: dict[str, list[str]] = {}
    for run in sorted(runs, key=lambda run: run.name):
        for nodeid in dict.fromkeys(test["nodeid"] for test in run.tests):
            files.setdefault(nodeid, []).append(run.name)
    return {nodeid: names for nodeid, names in sorted(files.items()) if len(names) > 1}

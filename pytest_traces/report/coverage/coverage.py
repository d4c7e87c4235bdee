"""Coverage of a session, in numbers of tests; 100 % means all tools that models were offered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pytest_traces.report.comparison.limits import Limit
from pytest_traces.report.saved.run import SavedRun, recorded

LIMITED = ("called", "ok", "failed", "timeout", "retried", "given")
"""Keys of limits on the number of covered tools; `given` counts the tools whose every argument was given."""

_OUTCOMES = ("offered", "called", "ok", "failed", "timeout", "retried", "acted")


@dataclass
class Tool:
    """The coverage of one tool: the tests in which it was offered, called, and so on."""

    name: str
    tests: dict[str, set[str]] = field(default_factory=dict)
    """The tests of each outcome."""
    arguments: set[str] = field(default_factory=set)
    """The arguments in its definition."""
    given: set[str] = field(default_factory=set)
    """The arguments that calls gave."""

    def add(self, test: str, row: Mapping[str, Any]) -> None:
        """Add the coverage of one trace of a test."""
        self.arguments.update(row["arguments"])
        self.given.update(row["given"])
        for outcome in _OUTCOMES:
            if row[outcome]:
                self.tests.setdefault(outcome, set()).add(test)

    def count(self, outcome: str) -> int:
        """Return the number of tests with an outcome: `offered called ok failed timeout retried acted`."""
        return len(self.tests.get(outcome, ()))

    @property
    def never_given(self) -> list[str]:
        """The arguments that no test gave."""
        return sorted(self.arguments - self.given)

    def is_covered(self, key: str) -> bool:
        """Return whether a test covered the key of a limit."""
        return bool(self.count("called")) and not self.never_given if key == "given" else bool(self.count(key))


@dataclass
class Coverage:
    """The coverage of a session."""

    tools: list[Tool]
    never_failed: list[str]
    """Agents whose model calls never failed in any test."""
    part: str = ""
    """Why only a part of the suite ran; empty if all did."""

    @property
    def offered(self) -> list[Tool]:
        """The tools that model calls were offered."""
        return [tool for tool in self.tools if tool.count("offered")]

    def covered(self, key: str) -> int:
        """Return the number of offered tools that are covered by a key."""
        return sum(tool.is_covered(key) for tool in self.offered)

    def broken(self, limits: Mapping[str, Limit]) -> list[str]:
        """Return the limits that are not reached; if only a part of the suite ran, no limit is checked."""
        if self.part:
            return []
        if limits and not self.offered:
            return ["no model call was offered a tool: there is nothing to cover"]
        return [told for key, limit in limits.items() if (told := self._shortfall(key, limit))]

    def _shortfall(self, key: str, limit: Limit) -> str:
        covered, offered = self.covered(key), len(self.offered)
        reached = 100 * covered / offered if limit.is_percent else covered
        missing = [tool.name for tool in self.offered if not tool.is_covered(key)]
        if reached + 1e-9 >= limit.amount:
            return ""
        return f"{key}: {covered} of {offered} tools, {limit} are asked for; not {', '.join(missing)}"


def coverage_of(runs: Sequence[SavedRun]) -> Coverage:
    """Return the coverage of the last attempt of each test; a fixture that recorded counts as a test."""
    tools: dict[str, Tool] = {}
    failed: dict[str, int] = {}
    traces = [(test, summary) for run in runs for test, summaries in recorded(run) for summary in summaries]
    for test, summary in traces:
        for row in summary["tools"]:
            tools.setdefault(row["name"], Tool(row["name"])).add(test, row)
        for row in summary["agents"]:
            failed[row["name"]] = failed.get(row["name"], 0) + row["failed"]
    never_failed = sorted(name for name, times in failed.items() if not times)
    part = ", ".join(sorted({run.about["part"] for run in runs} - {""}))
    return Coverage([tools[name] for name in sorted(tools)], never_failed, part)

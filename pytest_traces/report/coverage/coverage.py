"""Coverage of a session, in numbers of tests; the tools that model calls were offered are what there is to cover."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pytest_traces.report.comparison.limits import Limit
from pytest_traces.report.saved.run import SavedRun, recorded

LIMITED = ("called", "ok", "failed", "timeout", "retried", "given")
"""What a limit may ask for: so many of the offered tools; `given`: those of which every argument was given."""

_OUTCOMES = ("offered", "called", "ok", "failed", "timeout", "retried", "acted")


@dataclass
class Tool:
    """In how many tests a tool was offered, called, and so on."""

    name: str
    tests: dict[str, set[str]] = field(default_factory=dict)
    """The tests of each outcome."""
    arguments: set[str] = field(default_factory=set)
    """The arguments that its definition names."""
    given: set[str] = field(default_factory=set)
    """The arguments that a call was given."""

    def add(self, test: str, row: Mapping[str, Any]) -> None:
        """Take in what one trace of a test covered."""
        self.arguments.update(row["arguments"])
        self.given.update(row["given"])
        for outcome in _OUTCOMES:
            if row[outcome]:
                self.tests.setdefault(outcome, set()).add(test)

    def count(self, outcome: str) -> int:
        """Return in how many tests it was `offered`, `called`, `ok`, `failed`, `timeout`, `retried` or `acted` on."""
        return len(self.tests.get(outcome, ()))

    @property
    def never_given(self) -> list[str]:
        """The arguments that no test gave."""
        return sorted(self.arguments - self.given)

    def is_covered(self, key: str) -> bool:
        """Whether a test showed what a limit asks for."""
        return bool(self.count("called")) and not self.never_given if key == "given" else bool(self.count(key))


@dataclass
class Coverage:
    """What the tests of a session covered."""

    tools: list[Tool]
    never_failed: list[str]
    """Agents that made model calls of which none failed in any test."""
    part: str = ""
    """Why only a part of the suite ran; empty if all did."""

    @property
    def offered(self) -> list[Tool]:
        """The tools that model calls were offered: what there is to cover."""
        return [tool for tool in self.tools if tool.count("offered")]

    def covered(self, key: str) -> int:
        """Return how many of the offered tools a test showed in this way."""
        return sum(tool.is_covered(key) for tool in self.offered)

    def broken(self, limits: Mapping[str, Limit]) -> list[str]:
        """Return the limits that are not reached; of a part of the suite none is judged."""
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
    """Return what the last attempts of all tests covered; a fixture that recorded stands for itself."""
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

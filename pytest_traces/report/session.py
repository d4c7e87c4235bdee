"""The figures of a session: sums and groups over its tests, in whatever order reports arrive."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pytest_traces.analysis.health.slow import percentile
from pytest_traces.report.summary import Figures, TestSummary


class SessionSummary:
    """The figures of all tests of a session: the last attempt of each counts, earlier ones are reruns."""

    def __init__(self, slow_ms: float) -> None:
        self.slow_ms = slow_ms
        self.reruns = 0
        self.ran_twice: dict[str, list[str]] = {}
        """The files of each test that is in several files of saved runs."""
        self._tests: dict[str, TestSummary] = {}
        self._made: dict[str, Sequence[TestSummary]] = {}
        self._outside: list[tuple[str, TestSummary]] = []
        self._reasons: dict[str, str] = {}
        self._run_again: set[str] = set()

    def add(self, nodeid: str, summary: TestSummary, *, rerun: bool = False) -> None:
        """Add the figures of a test; an attempt that is run again does not count."""
        if rerun:
            self.reruns += 1
            self._run_again.add(nodeid)
            self._reasons.pop(nodeid, None)
        elif summary["spans"] or summary["troubles"]:
            self._tests[nodeid] = summary

    def add_made(self, nodeid: str, summaries: Sequence[TestSummary]) -> None:
        """Add the recordings that a test made with `record()`; the last report of the test counts."""
        self._made[nodeid] = summaries

    def add_outside(self, summaries: Iterable[tuple[str, TestSummary]]) -> None:
        """Add the recordings of wider fixtures: each counts once, however many tests use it."""
        self._outside.extend((owner, summary) for owner, summary in summaries)

    def fail(self, nodeid: str, reason: str) -> None:
        """Keep the reason why a test failed; the first failed phase counts."""
        self._reasons.setdefault(nodeid, reason)

    @property
    def tests(self) -> dict[str, TestSummary]:
        """The figures of each test that recorded something, by node id."""
        return dict(sorted(self._tests.items()))

    @property
    def recordings(self) -> list[tuple[str, TestSummary]]:
        """The figures of each block of `record()`, with the test or the fixture that it ran in."""
        made = [(nodeid, summary) for nodeid, summaries in sorted(self._made.items()) for summary in summaries]
        return [*made, *sorted(self._outside, key=lambda one: one[0])]

    @property
    def failed(self) -> dict[str, str]:
        """The reason why each failed test failed."""
        return {nodeid: self._reasons[nodeid] for nodeid in self.tests if nodeid in self._reasons}

    @property
    def passed_on_rerun(self) -> list[str]:
        """Tests that failed first and passed on a rerun."""
        return [nodeid for nodeid in self.tests if nodeid in self._run_again and nodeid not in self._reasons]

    @property
    def unasserted(self) -> list[str]:
        """Tests that passed, recorded a trace and never read it."""
        passed = {nodeid: test for nodeid, test in self.tests.items() if nodeid not in self._reasons}
        return [nodeid for nodeid, test in passed.items() if test["spans"] and not test["asserted"]]

    @property
    def troubles(self) -> list[str]:
        """Problems of adapters."""
        return sorted({trouble for _, test in self._recorded for trouble in test["troubles"]})

    def total(self, figure: str) -> Any:
        """Sum one figure over everything recorded."""
        return sum(test[figure] for _, test in self._recorded)

    def count(self, figure: str) -> int:
        """Count the entries of a list over everything recorded."""
        return sum(len(test[figure]) for _, test in self._recorded)

    def same_reasons(self) -> list[tuple[str, list[str]]]:
        """Return the reasons for which several tests failed, with these tests."""
        groups: dict[str, list[str]] = {}
        for nodeid, reason in self.failed.items():
            groups.setdefault(reason, []).append(nodeid)
        return sorted(((why, ids) for why, ids in groups.items() if len(ids) > 1), key=lambda one: (-len(one[1]), one))

    def expensive(self) -> list[tuple[str, TestSummary]]:
        """Return the tests that called models, the most expensive first."""
        callers = [(nodeid, test) for nodeid, test in self._recorded if test["llm_calls"] or test["tokens"]]
        return sorted(callers, key=lambda one: (-one[1]["cost_usd"], -one[1]["tokens"], one[0]))

    def models(self) -> list[Group]:
        """Return the models, by number of tokens."""
        groups = self._grouped("models", lambda model: ("", model["name"]))
        return sorted(groups, key=lambda group: (-group.sum("total_tokens"), -len(group.ms), group.name))

    def operations(self) -> list[Group]:
        """Return tools, agents and all other operations except model calls, by total time."""
        groups = self._grouped("operations", _type_and_name)
        return sorted(groups, key=lambda group: (-sum(group.ms), group.type, group.name))

    def retries(self) -> list[Group]:
        """Return the retried calls, by number of attempts."""
        groups = self._grouped("retries", _type_and_name)
        return sorted(groups, key=lambda group: (-group.sum("attempts"), group.type, group.name))

    def slow(self) -> list[Group]:
        """Return the slow steps, the slowest first."""
        groups = self._grouped("slow", _type_and_name)
        return sorted(groups, key=lambda group: (-max(group.ms), group.type, group.name))

    def slowest_run(self) -> tuple[str, TestSummary] | None:
        """Return the test with the slowest run, and its figures; `None` if no run was slow."""
        slow = [(nodeid, test) for nodeid, test in self._recorded if test["critical_path"]]
        return max(slow, key=lambda one: one[1]["elapsed_ms"], default=None)

    @property
    def _recorded(self) -> list[tuple[str, TestSummary]]:
        return [*self.tests.items(), *self.recordings]

    def _grouped(self, figure: str, key: Callable[[Figures], tuple[str, str]]) -> Iterable[Group]:
        groups: dict[tuple[str, str], Group] = {}
        for nodeid, test in self._recorded:
            for entry in test[figure]:
                type, name = key(entry)
                groups.setdefault((type, name), Group(type, name)).entries.append((nodeid, entry))
        return groups.values()


@dataclass
class Group:
    """The figures of an operation, a model or a retried call over all tests."""

    type: str
    name: str
    entries: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list)
    """The figures of each test, with the test."""

    @property
    def tests(self) -> int:
        """The number of tests with such figures."""
        return len({nodeid for nodeid, _ in self.entries})

    @property
    def ms(self) -> list[float]:
        """The milliseconds of each call."""
        return [took for _, entry in self.entries for took in _durations(entry)]

    @property
    def average_ms(self) -> float:
        """The average milliseconds of a call."""
        return sum(self.ms) / len(self.ms)

    @property
    def p95_ms(self) -> float:
        """The milliseconds that 95 % of the calls did not exceed."""
        return percentile(self.ms, 0.95)

    @property
    def slowest_in(self) -> str:
        """The test of the slowest call."""
        return max(self.entries, key=lambda one: max(_durations(one[1]), default=0.0))[0]

    @property
    def reasons(self) -> list[str]:
        """The types of the errors that led to further attempts."""
        return sorted({error for _, entry in self.entries for error in entry["errors"]})

    def sum(self, figure: str) -> Any:
        """Sum one figure over the tests."""
        return sum(entry[figure] for _, entry in self.entries)

    def missing(self, unit: str) -> int:
        """Return the number of calls that did not report a unit."""
        return sum(entry["missing"][unit] for _, entry in self.entries)


def _durations(entry: Mapping[str, Any]) -> Iterator[float]:
    ms = entry["ms"]
    yield from ms if isinstance(ms, list) else (ms,)


def _type_and_name(entry: Figures) -> tuple[str, str]:
    return entry["type"], entry["name"]

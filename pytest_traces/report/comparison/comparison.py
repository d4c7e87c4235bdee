"""Compares two sides test by test; new, missing and incomparable tests are listed, and never count as 0 %."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pytest_traces.report.comparison.changes import Change, changes, has_changed, incomparable, left_out
from pytest_traces.report.comparison.limits import Limit
from pytest_traces.report.comparison.sides import Side, has_spans, side_of, test_run, versions_of
from pytest_traces.report.saved.run import SavedRun


@dataclass
class Comparison:
    """The differences between a baseline and a run."""

    tests: int = 0
    """The number of tests on both sides."""
    changed: dict[str, list[Change]] = field(default_factory=dict)
    new: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    incomparable: dict[str, str] = field(default_factory=dict)
    """For each test that cannot be compared, wholly or in part, the reason."""
    beyond: list[tuple[str, Change, Limit]] = field(default_factory=list)
    """Changes beyond their limits, with their tests."""
    unjudged: list[str] = field(default_factory=list)
    """Keys of limits for which no test is comparable: such a limit proves nothing."""

    @property
    def has_failed(self) -> bool:
        """Whether a limit is broken or applies to no test."""
        return bool(self.beyond or self.unjudged)


def compare(
    before: Sequence[SavedRun], after: Sequence[SavedRun], limits: Mapping[str, Limit] | None = None
) -> Comparison:
    """Return the changes from the runs of one side to those of the other."""
    old, new = _with_spans(side_of(before), side_of(after))
    found = Comparison(new=sorted({*new} - {*old}), gone=sorted({*old} - {*new}))
    if any(run.about["part"] for run in after):
        found.gone = []  # only a part of the suite ran: other tests are not missing
    other_version = _other_version(before, after)
    compared: set[str] = set()
    for name in sorted({*old} & {*new}):
        found.tests += 1
        if other_version:
            found.incomparable[name] = other_version
            continue
        was, now = ([test_run(summaries) for summaries in side[name]] for side in (old, new))
        why = incomparable(was, now)
        if why:
            found.incomparable[name] = why
            continue
        every = [*changes(was, now)]
        compared |= {change.key for change in every}
        _take(found, name, [change for change in every if has_changed(change)], limits or {})
        if left_out(was, now):
            found.incomparable[name] = left_out(was, now)
    if not any(run.about["part"] for run in after):
        found.unjudged = [key for key in limits or {} if key not in compared]
    return found


def _with_spans(old: Side, new: Side) -> tuple[Side, Side]:
    """Leave out tests that recorded nothing on either side: on one side alone, that is a change."""
    names = {name for side in (old, new) for name, runs in side.items() if any(map(has_spans, runs))}
    return {name: old[name] for name in old if name in names}, {name: new[name] for name in new if name in names}


def _take(found: Comparison, name: str, changed: list[Change], limits: Mapping[str, Limit]) -> None:
    if changed:
        found.changed[name] = changed
    for change in changed:
        limit = limits.get(change.key)
        if limit is not None and limit.is_broken_by(change):
            found.beyond.append((name, change, limit))


def _other_version(before: Sequence[SavedRun], after: Sequence[SavedRun]) -> str:
    old, new = versions_of(before), versions_of(after)
    return "" if old == new else f"another version of pytest-traces: {old} → {new}"

"""The snapshots of one test: compared through syrupy, written if the test passes, explained by this package."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from pytest_traces.assertions.expectations.soft import is_soft
from pytest_traces.errors import CorruptFile, ExpectationError, SnapshotMismatch, SnapshotMissing, TracesError
from pytest_traces.snapshots.comparing.explain import explain
from pytest_traces.snapshots.storing.comparison import Asked, Call
from pytest_traces.snapshots.storing.pending import PendingStore
from pytest_traces.snapshots.text.file import VERSION, KeptFile, Section, load, normal, save

Draw = Callable[[str, Mapping[str, Any], int], str]
"""Writes the trace as text, given a kind (`span_tree`, `events`, `usage`), options and a version of the format."""

KINDS = ("span_tree", "events", "usage")

_IN_CI = "run the test outside CI with --snapshot-update and commit the snapshot, or give CI a --trace-dir"


@dataclass(frozen=True)
class SnapshotPolicy:
    """How a session treats snapshots."""

    update: bool = False
    """Write received texts."""
    update_missing: bool = False
    """Write received texts that have no committed section."""
    rehearsal: bool = False
    """The test runs several times; the caller decides what is written."""
    pending: PendingStore | None = None
    """Keeps mismatches for a later decision; `None` in CI, where nothing is written unasked."""
    accept_from: str = ""
    """The directory for pending snapshots of CI, which another machine accepts."""


class Missing(NamedTuple):
    """An assertion that found no snapshot."""

    call: Call
    asked: Asked
    is_kept: bool
    """Whether the received text is pending."""


class TestSnapshots:
    """Compares texts with the committed sections of one test.

    With `--snapshot-update` a text that differs is written after the test has passed, never before:
    an attempt that fails later, or runs again, must not be committed.
    """

    __test__ = False

    def __init__(self, nodeid: str, opened: Callable[[], Any], policy: SnapshotPolicy) -> None:
        self._nodeid = nodeid
        self._opened = opened
        self._policy = policy
        self._assertion: Any = None
        self._used: set[str] = set()
        self._moment: object = None
        self._moments = 0
        self.asked: list[Asked] = []
        """Every comparison so far."""
        self.queue: dict[str, Asked] = {}
        """Texts to write when the test has passed, by section."""
        self.missing: list[Missing] = []
        """Texts without a snapshot: the test goes on, and fails at its end."""

    def check(
        self, kind: str, draw: Draw, *, name: str | None = None, options: Mapping[str, Any], moment: object
    ) -> None:
        """Compare a text with its section; raise `SnapshotMismatch`. A section that does not exist is kept as missing.

        Texts of one `moment` are of the same trace: nothing was recorded between them.
        """
        __tracebackhide__ = True
        asked = self._ask(kind, draw, name, options=options, moment=moment)
        matches = self._assertion(name=asked.index) == asked.compared
        self.asked.append(asked)
        missing = asked.stored is None
        if self._policy.update or (self._policy.update_missing and missing):
            if asked.stored != asked.received:
                self.queue[asked.section] = asked
            return
        if matches:
            return
        result = self._assertion.executions[asked.turn]
        if result.exception is not None:
            raise result.exception
        if missing:
            self.missing.append(Missing(Call.of_the_user(), asked, self._keep(asked)))
            return
        self._fail(asked, draw)

    def take_missing(self) -> tuple[Call, SnapshotMissing] | None:
        """Return the failure that lists the missing snapshots, and the line of the first of them."""
        taken, self.missing = self.missing, []
        if not taken:
            return None
        first = taken[0].asked
        hint = self._hint(kept=all(one.is_kept for one in taken))
        headline = f"{self._what(first)} has no snapshot in {first.path.name}; received:"
        texts = first.received.text
        if len(taken) > 1:
            headline = f"{len(taken)} snapshots of {self._nodeid} are missing in {first.path.name}; received:"
            texts = "\n\n".join(f"{one.asked.words}, {one.call}\n{one.asked.received.text}" for one in taken)
        return taken[0].call, SnapshotMissing(headline, tree=texts, hint=hint)

    def write(self, sections: Mapping[str, Asked]) -> None:
        """Write sections into their file, and count them in syrupy's report; raises `TracesError` if that fails."""
        if sections:
            path = next(iter(sections.values())).path
            save(path, _readable(path) | {name: asked.received for name, asked in sections.items()})
        for asked in sections.values():
            result = self._assertion.executions[asked.turn]
            told = {"created": asked.stored is None, "updated": asked.stored is not None}
            self._assertion.executions[asked.turn] = replace(result, success=True, exception=None, **told)

    def finish(self, *, passed: bool) -> None:
        """End the test: write the queued texts if it passed, else keep them pending.

        Raises `TracesError` if the file can't be written; the texts are kept pending then.
        """
        if self._policy.rehearsal:
            return
        if passed:
            try:
                self.write(self.queue)
            except TracesError:
                self.finish(passed=False)
                raise
            if self._policy.pending is not None and self.asked:
                self._policy.pending.settle(self.asked[0].path)
        else:
            for asked in self.queue.values():
                self._keep(asked)
        self.queue = {}

    def forget(self) -> None:
        """Remove this attempt of a test from syrupy's report: the test runs again."""
        if self._assertion is not None:
            self._assertion.executions.clear()

    def _ask(self, kind: str, draw: Draw, name: str | None, *, options: Mapping[str, Any], moment: object) -> Asked:
        __tracebackhide__ = True
        index = self._new_index(kind, name)
        assertion = self._open()
        where = {"test_location": assertion.test_location, "index": index}
        path = Path(assertion.extension.get_location(**where))
        section = assertion.extension.get_snapshot_name(**where)
        stored = (_readable(path) if self._policy.update else load(path)).get(section)
        if moment != self._moment:
            self._moment, self._moments = moment, self._moments + 1
        received = Section(normal(draw(kind, options, VERSION)), self._noted(options))
        compared = _as_stored(received, stored, partial(draw, kind, options))
        return Asked(kind, index, path, section, received, stored, compared, assertion.num_executions)

    def _new_index(self, kind: str, name: str | None) -> str:
        if name is not None:
            index = f"{kind}:{name}"
            if index in self._used or "\n" in name or not name:
                raise TracesError(f"the name of a snapshot must be new in its test and one line, got {name!r}")
        else:
            index, number = kind, 2
            while index in self._used:
                index, number = f"{kind}.{number}", number + 1
        self._used.add(index)
        return index

    def _open(self) -> Any:
        __tracebackhide__ = True
        if self._assertion is None:
            self._assertion = self._opened()
        return self._assertion

    def _noted(self, options: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return options as JSON; `null` stands for a value without a JSON form, as a predicate."""
        noted = {key: _plain(value) for key, value in options.items() if value}
        return noted | ({"moment": self._moments} if self._moments > 1 else {})

    def _fail(self, asked: Asked, draw: Draw) -> None:
        __tracebackhide__ = True
        assert asked.stored is not None, "unreachable because what is missing fails the test at its end"
        hint = self._hint(kept=self._keep(asked))
        also = "".join(f"\n\nalso: {other}" for other in ([] if is_soft() else self._others(asked, draw)))
        told, body = explain(asked.kind, asked.stored.text, asked.compared)
        raise SnapshotMismatch(f"{self._what(asked)} differs from its snapshot: {told}", tree=body + also, hint=hint)

    def _what(self, asked: Asked) -> str:
        return f"{asked.kind.replace('_', ' ')} of {self._nodeid}"

    def _hint(self, *, kept: bool) -> str:
        record = "record it again with `pytest --snapshot-update`"
        if kept and self._policy.accept_from:
            return f"fetch that directory and run `pytest-traces accept --from {self._policy.accept_from}`"
        if kept:
            return f"accept it with `pytest-traces accept`, or {record}"
        in_ci = self._policy.pending is None and self._policy.accept_from
        return _IN_CI if in_ci else record

    def _others(self, failed: Asked, draw: Draw) -> list[str]:
        """Compare the remaining sections of the same trace: one run shows all differences."""
        told = []
        for section, stored in sorted(load(failed.path).items()):
            index = self._index(section)
            kind = index.partition(":")[0].partition(".")[0]
            if not index or index in self._used or kind not in KINDS or not self._repeatable(stored):
                continue
            options = {key: value for key, value in stored.options.items() if key != "moment"}
            try:
                received = Section(normal(draw(kind, options, VERSION)), stored.options)
                compared = _as_stored(received, stored, partial(draw, kind, options))
            except (ExpectationError, TracesError, TypeError) as error:
                told.append(f"{index.replace('_', ' ')}: {error}")
                continue
            if compared != stored.text:
                self._keep(Asked(kind, index, failed.path, section, received, stored, compared))
                headline, _ = explain(kind, stored.text, compared)
                told.append(f"{index.replace('_', ' ')} differ{'s' * (kind != 'events')}: {headline}")
        return told

    def _repeatable(self, section: Section) -> bool:
        """Whether a section was drawn from the present trace, with options that JSON can hold."""
        known = None not in section.options.values() and None not in (section.options.get("replace") or {}).values()
        return known and section.options.get("moment", 1) == self._moments

    def _index(self, section: str) -> str:
        """Return the index of a section of this test; empty for a section of another one."""
        own = self._assertion.extension.get_snapshot_name(test_location=self._assertion.test_location)
        return section[len(own) + 1 : -1] if section.startswith(f"{own}[") else ""

    def _keep(self, asked: Asked) -> bool:
        return self._policy.pending is not None and self._policy.pending.keep(self._nodeid, asked)


def _as_stored(received: Section, stored: Section | None, draw: Callable[[int], str]) -> str:
    """Return the received text in the format version of the stored section."""
    if stored is None or stored.version == received.version:
        return received.text
    return normal(draw(stored.version))


def _readable(path: Path) -> dict[str, Section]:
    """Return the sections of a file before it is rewritten; a file that is no snapshot has none."""
    try:
        return load(path)
    except KeptFile:
        raise
    except CorruptFile:
        return {}


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (str, bool, int)):
        return value
    return [str(item) for item in value] if isinstance(value, (list, tuple, set, frozenset)) else None

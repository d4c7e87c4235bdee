"""Reads and writes saved runs: JSON lines, the first about the run, then one for each test, sorted for short diffs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pytest_traces.errors import CorruptFile
from pytest_traces.files import json_line, replace_file
from pytest_traces.report.saved.figures import SHAPE, misfit
from pytest_traces.report.saved.run import About, SavedRun, SavedTest
from pytest_traces.wording import compose, nearest


def save_run(path: Path, run: SavedRun) -> None:
    """Write a run in one step; the same run gives the same bytes. Raises `OSError` if that fails."""
    replace_file(path, "".join(f"{line}\n" for line in _lines(run)))


def _lines(run: SavedRun) -> Iterator[str]:
    """Yield the lines of a file; figures are unpacked for one line at a time."""
    yield json_line(run.about)
    for test in _each_packed_once(run.tests):
        yield json_line({**test, "figures": dict(test["figures"]), "made": [dict(made) for made in test["made"]]})
    outside = [(owner, dict(figures)) for owner, figures in run.outside]
    yield from (
        json_line({"recorded_by": owner, "figures": figures}) for owner, figures in sorted(outside, key=json_line)
    )


def load_run(path: Path) -> SavedRun:
    """Read a saved run; raises `CorruptFile` if the file holds none."""
    rows = _rows(path)
    run = SavedRun(about=_about(next(rows, _Row(path, 1, {}))), name=str(path))
    for row in rows:
        if "recorded_by" in row.fields:
            run.outside.append((row.take("recorded_by", str), row.take_figures()))
        else:
            run.tests.append(_test(row))
    return run


@dataclass
class _Row:
    """One line of a file."""

    path: Path
    number: int
    fields: dict[str, Any]

    def take(self, name: str, kind: type) -> Any:
        """Return a required field."""
        if name not in self.fields:
            raise self.corrupt(f"{name!r} is missing{nearest(name, self.fields)}")
        if not isinstance(self.fields[name], kind):
            raise self.corrupt(f"{name!r} is {json_line(self.fields[name]):.80}")
        return self.fields[name]

    def take_figures(self) -> dict[str, Any]:
        """Return the figures of a test; a test that recorded no trace has none."""
        figures: dict[str, Any] = self.take("figures", dict)
        wrong = misfit(figures) if figures else ""
        if wrong:
            raise self.corrupt(wrong)
        return figures

    def take_list(self, name: str, shape: Any) -> list[Any]:
        """Return a required list, each item of which has one shape."""
        items: list[Any] = self.take(name, list)
        wrong = misfit(items, [shape], name)
        if wrong:
            raise self.corrupt(wrong)
        return items

    def corrupt(self, what: str) -> CorruptFile:
        """Return the error that names the line."""
        told = f"{self.path}, line {self.number}: {what}"
        return CorruptFile(compose(told, hint="pytest --trace-save writes such files"))


def _each_packed_once(tests: Iterable[SavedTest]) -> Iterator[SavedTest]:
    """Yield the tests in order; a recording of several tests is written with the first."""
    written: set[str] = set()
    for test in sorted(tests, key=lambda test: (test["nodeid"], test["attempt"])):
        packed = {key: text for key, text in sorted(test["packed"].items()) if key not in written}
        written.update(packed)
        yield {**test, "packed": packed}


def _rows(path: Path) -> Iterator[_Row]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise _Row(path, 1, {}).corrupt(f"it is no UTF-8: {error.reason}") from None
    lines = text.removesuffix("\n").split("\n") if text else []  # not `splitlines`: a text may hold U+2028
    for number, line in enumerate(lines, 1):
        row = _Row(path, number, {})
        try:
            row.fields = json.loads(line)
        except ValueError as error:
            raise row.corrupt(f"it is not JSON: {error}") from None
        if not isinstance(row.fields, dict):
            raise row.corrupt(f"expected an object, found {line:.80}")
        yield row


def _about(row: _Row) -> About:
    if "pytest_traces" not in row.fields:
        raise row.corrupt("its first line is not about a run")
    return {
        "pytest_traces": row.take("pytest_traces", str),
        "commit": row.take("commit", str),
        "time": row.take("time", str),
        "slow_ms": row.take("slow_ms", float),
        "part": row.take("part", str),
    }


def _test(row: _Row) -> SavedTest:
    return {
        "nodeid": row.take("nodeid", str),
        "attempt": row.take("attempt", int),
        "outcome": row.take("outcome", str),
        "reason": row.take("reason", str),
        "figures": row.take_figures(),
        "made": row.take_list("made", SHAPE),
        "recordings": row.take_list("recordings", {"title": str, "key": str}),
        "failure": row.take("failure", str),
        "packed": {str(key): str(text) for key, text in row.take("packed", dict).items()},
    }

"""Saved runs of a few lines."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from pytest_traces.report.saved.run import SavedRun, SavedTest
from pytest_traces.report.summary import summarise
from tests.builders import a_tree


def a_run(tests: Iterable[SavedTest] = (), *, name: str = "", **about: Any) -> SavedRun:
    told: Any = {"pytest_traces": "0.1.0", "commit": "", "time": "", "slow_ms": 1500.0, "part": ""} | about
    return SavedRun(told, list(tests), name=name)


def a_saved_test(nodeid: str, program: Any = None, **fields: Any) -> SavedTest:
    figures = {} if program is None else summarise(a_tree(program), slow_ms=1500.0, priced=False)
    empty = {"attempt": 1, "outcome": "passed", "reason": "", "made": [], "recordings": [], "failure": "", "packed": {}}
    return cast(SavedTest, {"nodeid": nodeid, "figures": figures, **empty, **fields})

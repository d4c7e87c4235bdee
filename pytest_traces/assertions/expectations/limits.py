"""Budgets and invariants said once: by `@pytest.mark.trace(...)` for a test, by ini for a whole suite."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from pytest_traces.assertions.expectations.budgets import Budget, read_budget
from pytest_traces.assertions.queries.texts import require_text
from pytest_traces.assertions.vocabulary import Expectations
from pytest_traces.errors import TracesError, UnknownCondition

_INVARIANTS: Mapping[str, Callable[[Expectations], None]] = {
    "no_errors": lambda trace: trace.assert_no_errors(),
    "no_retries": lambda trace: trace.assert_no_retries(),
    "no_unknown_tools": lambda trace: trace.assert_no_unknown_tools(),
    "no_skips": lambda trace: trace.assert_no_skips(),
    "closed": lambda trace: trace.assert_closed(),
}
_NO_LOOPS, _NEVER = "no_loops", "never"

_TRUTHS = {"true": True, "yes": True, "on": True, "1": True, "false": False, "no": False, "off": False, "0": False}


class Limits:
    """Checked limits: refused where they are written down, not where they would have been needed.

    Budgets are those of `assert_budget`. Invariants are `no_errors`, `no_retries`, `no_loops`, `no_unknown_tools`,
    `no_skips` and `closed`, each `True` or `False`; `never` names what must not run.
    """

    def __init__(self, budget: Mapping[str, float], invariants: Mapping[str, bool], never: Iterable[str]) -> None:
        self._budget = dict(budget)
        self._invariants = dict(invariants)
        self._never = tuple(never)

    @classmethod
    def read(cls, given: Mapping[str, Any]) -> Limits:
        """Read limits from the arguments of a marker, or from an ini file, where all values are texts."""
        known = [*Budget.__annotations__, *_INVARIANTS, _NO_LOOPS, _NEVER]
        for name in given:
            if name not in known:
                raise UnknownCondition("limit", name, known)
        budget = {name: _number(name, given[name]) for name in given if name in Budget.__annotations__}
        truths = {name: _truth(name, given[name]) for name in given if name in _INVARIANTS or name == _NO_LOOPS}
        never = _names(given[_NEVER]) if _NEVER in given else []
        return cls(read_budget(budget) if budget else {}, truths, never)

    def __or__(self, closer: Limits) -> Limits:
        """Return both, where the closer one (a test's own) has the last word; names that must not run add up."""
        invariants = self._invariants | closer._invariants
        return Limits(self._budget | closer._budget, invariants, dict.fromkeys((*self._never, *closer._never)))

    def check(self, trace: Expectations) -> None:
        """Fail where a trace breaks a limit; a trace that recorded nothing keeps none."""
        __tracebackhide__ = True
        if self._budget:
            trace.assert_budget(**self._budget)
        for name in [name for name, on in self._invariants.items() if on]:
            if name != _NO_LOOPS:
                _INVARIANTS[name](trace)
            elif trace._about("tool"):  # a program that calls no tool cannot run in circles
                trace.assert_no_loops()
        for name in self._never:
            trace.assert_never(name)


def _number(name: str, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return float(value)
    except ValueError:
        raise TracesError(f"a limit is a number from 0, got {name}={value!r}") from None


def _truth(name: str, value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lower() in _TRUTHS:
        return _TRUTHS[value.lower()]
    raise TracesError(f"an invariant is true or false, got {name}={value!r}")


def _names(value: Any) -> list[str]:
    if isinstance(value, str):
        names = [name.strip() for name in value.replace("\n", ",").split(",") if name.strip()]
    elif isinstance(value, (list, tuple, set, frozenset)):
        names = list(value)
    else:
        raise TracesError(f"`never` takes names, got {value!r}")
    for name in names or [""]:
        require_text(name, "`never`")
    return names

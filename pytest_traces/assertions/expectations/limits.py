"""Budgets and invariants of a whole test: from `@pytest.mark.trace(...)`, or from ini for a suite."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any

from pytest_traces.assertions.expectations.budgets import SPENT_BY_MODELS, Budget, check_budget, read_budget
from pytest_traces.assertions.expectations.calls import check_never
from pytest_traces.assertions.expectations.flow import check_no_loops
from pytest_traces.assertions.expectations.health import (
    check_closed,
    check_no_errors,
    check_no_retries,
    check_no_skips,
    check_no_unknown_tools,
)
from pytest_traces.assertions.queries.conditions import Conditions
from pytest_traces.assertions.queries.matching.texts import require_text
from pytest_traces.assertions.queries.scope import Scope
from pytest_traces.errors import ExpectationError, TracesError, UnknownCondition

_INVARIANTS: Mapping[str, Callable[[Scope], None]] = {
    "no_errors": lambda scope: check_no_errors(scope, Conditions()),
    "no_retries": lambda scope: check_no_retries(scope, Conditions()),
    "no_unknown_tools": check_no_unknown_tools,
    "no_skips": check_no_skips,
    "closed": lambda scope: check_closed(scope, Conditions()),
}
_NO_LOOPS, _NEVER = "no_loops", "never"

_TRUTHS = {"true": True, "yes": True, "on": True, "1": True, "false": False, "no": False, "off": False, "0": False}


class Limits:
    """Budgets and invariants of a test; wrong names and values are refused when they are read.

    Budgets are those of `assert_budget`. Invariants are `no_errors`, `no_retries`, `no_loops`, `no_unknown_tools`,
    `no_skips` and `closed`, each `True` or `False`; `never` names what must not run.
    """

    def __init__(self, budget: Mapping[str, float], invariants: Mapping[str, bool], never: Iterable[str]) -> None:
        self._budget = dict(budget)
        self._invariants = dict(invariants)
        self._never = tuple(never)

    @classmethod
    def read(cls, given: Mapping[str, Any]) -> Limits:
        """Read limits from the arguments of a marker, or from an ini file, whose values are texts."""
        known = [*Budget.__annotations__, *_INVARIANTS, _NO_LOOPS, _NEVER]
        for name in given:
            if name not in known:
                raise UnknownCondition("limit", name, known)
        budget = {name: _number(name, given[name]) for name in given if name in Budget.__annotations__}
        truths = {name: _truth(name, given[name]) for name in given if name in _INVARIANTS or name == _NO_LOOPS}
        never = _names(given[_NEVER]) if _NEVER in given else []
        return cls(read_budget(budget) if budget else {}, truths, never)

    def beside(self, closer: Limits) -> Limits:
        """Return these limits, overridden by a test's own; the names of `never` are joined."""
        budget = {name: limit for name, limit in self._budget.items() if name not in closer._budget}
        invariants = {name: on for name, on in self._invariants.items() if name not in closer._invariants}
        return Limits(budget, invariants, (name for name in self._never if name not in closer._never))

    def without_spending(self) -> Limits:
        """Return the limits without those on tokens and money: for programs that call no model."""
        budget = {name: limit for name, limit in self._budget.items() if name not in SPENT_BY_MODELS}
        return Limits(budget, self._invariants, self._never)

    def broken(self, scope: Scope) -> list[ExpectationError]:
        """Return the failure of each broken limit; an empty trace breaks every limit."""
        checks: list[Callable[[], None]] = [lambda: check_budget(scope, self._budget)] if self._budget else []
        checks += [partial(_check_invariant, name, scope) for name, on in self._invariants.items() if on]
        checks += [partial(check_never, scope, Conditions(name)) for name in self._never]
        return [failure for check in checks if (failure := _failure(check)) is not None]


def _failure(check: Callable[[], None]) -> ExpectationError | None:
    try:
        check()
    except ExpectationError as failure:
        return failure
    return None


def _check_invariant(name: str, scope: Scope) -> None:
    if name != _NO_LOOPS:
        _INVARIANTS[name](scope)
        return
    scope.require_recorded()
    tools = scope.of_type("tool")
    if tools.spans:  # without tool calls there is no loop
        check_no_loops(tools, at_most=1)


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

"""Expectations on how often calls were made, in any order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pytest_traces.assertions.expectations.faults import mismatch, require_condition, require_spans
from pytest_traces.assertions.queries.conditions import Conditions, as_conditions, label
from pytest_traces.assertions.queries.mistakes.absence import require_absent, require_all_known
from pytest_traces.assertions.queries.scope import Scope
from pytest_traces.errors import Mismatch, TracesError
from pytest_traces.model.span import SpanData
from pytest_traces.wording import count

Counts = Mapping[Any, int]
"""The number of calls by step; a step is a name, a glob, a regex or a `call(...)`."""


def check_calls(
    scope: Scope,
    exactly: Counts | None,
    *,
    at_least: Counts | None,
    at_most: Counts | None,
    only: Iterable[Any] | None,
) -> None:
    """Fail if a step was called too often or too rarely, or if `only` leaves a call out."""
    __tracebackhide__ = True
    scope.require_some("call", "assert_never('*', type='tool') says that none was made")
    tally = _Tally(scope)
    for counts, word in ((exactly, ""), (at_least, "at least "), (at_most, "at most ")):
        if counts is not None:
            tally.check(_read_counts(counts, word), word)
    if exactly is not None or only is not None:
        tally.allow_only([as_conditions(step) for step in (*(exactly or ()), *_read_names(only))])
    elif at_least is None and at_most is None:
        raise TracesError("assert_calls() needs counts, as in assert_calls({'geocode': 1})")
    if tally.faults:
        raise mismatch(scope, tally.faults, "counts of calls are wrong", tally.notes)


def check_once(scope: Scope, asked: Conditions) -> SpanData:
    """Return the only span that matches; fail if there are none or several."""
    __tracebackhide__ = True
    require_condition(asked, "assert_once")
    return scope.one(asked)


def check_never(scope: Scope, asked: Conditions) -> None:
    """Fail if a span matches, if there is no span, or if a condition is misspelt."""
    __tracebackhide__ = True
    require_condition(asked, "assert_never")
    require_spans(scope)
    found = scope.find(asked)
    if found:
        headline = f"expected no {asked.describe()}, found {len(found)}"
        raise Mismatch(headline, tree=scope.point_out(found, "must not run"))


class _Tally:
    """Counts calls, and collects the faults for one message."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self.faults: list[str] = []
        self.notes: dict[str, str] = {}

    def check(self, counts: Sequence[tuple[Conditions, int]], word: str) -> None:
        """Compare each expected count with the recorded calls."""
        for asked, number in counts:
            found = self._scope.matching(asked)
            low = min(number, 1) if word == "at most " else number
            if low <= len(found) and (len(found) <= number or word == "at least "):
                if not found:
                    require_absent(asked, self._scope.tree)
                elif word != "at least ":
                    require_all_known([asked], self._scope.tree, type="tool")
                continue
            why = "" if found else asked.miss(self._scope.spans, self._scope.tree)
            wanted = f"{word}{count(number, 'call')} of {label(asked)}"
            if not found and word == "at most ":
                wanted = f"some call of {label(asked)}, {word}{number}"
            self.faults.append(f"expected {wanted}, found {len(found)}{why}")
            self.notes |= {span.call_id: str(at) for at, span in enumerate(found, 1)}

    def allow_only(self, allowed: Sequence[Conditions]) -> None:
        """Add faults for calls that no step describes."""
        expected = {span.call_id for asked in allowed for span in self._scope.matching(asked)}
        others = [span for span in self._scope.spans if span.call_id not in expected]
        require_all_known([Conditions()], self._scope.tree, besides=allowed, type="tool")
        if others:
            names = ", ".join(map(label, allowed))
            called = ", ".join(map(repr, dict.fromkeys(span.name for span in others)))
            self.faults.append(f"expected only calls of {names}, found {called}")
            self.notes |= {span.call_id: "not expected" for span in others}


def _read_counts(counts: Counts, word: str) -> list[tuple[Conditions, int]]:
    if not isinstance(counts, Mapping):
        raise TracesError(f"counts are a mapping, as in {{'geocode': 1}}, got {counts!r}")
    if not counts:
        raise TracesError("counts must name at least one call; assert_never('*', type='tool') says that none was made")
    for step, number in counts.items():
        if isinstance(number, bool) or not isinstance(number, int) or number < 0:
            raise TracesError(f"a count is a whole number from 0, got {number!r} for {step!r}")
        if number == 0 and word == "at least ":
            raise TracesError(f"at least 0 calls of {step!r} always holds")
    return [(as_conditions(step), number) for step, number in counts.items()]


def _read_names(only: Iterable[Any] | None) -> list[Any]:
    if only is None:
        return []
    names = [only] if isinstance(only, (str, Conditions)) else list(only)
    if not names:
        raise TracesError("`only` must name at least one call; assert_never('*', type='tool') says that none was made")
    if any(isinstance(name, str) and set(name) == {"*"} for name in names):
        raise TracesError("`only` with '*' allows every call: it always holds")
    return names

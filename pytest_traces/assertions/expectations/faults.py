"""Preconditions of expectations, and the messages of failed ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pytest_traces.assertions.queries.conditions import Conditions
from pytest_traces.assertions.queries.scope import Scope
from pytest_traces.errors import Mismatch, TracesError
from pytest_traces.model.span import SpanData

_NAMES = 5  # names in a message; the others are counted


def require_spans(scope: Scope) -> None:
    """Fail if a trace or a selection holds no span."""
    __tracebackhide__ = True
    scope.require_some("span", hint="trace.assert_... looks at the whole trace")


def require_condition(asked: Conditions, assertion: str) -> None:
    """Raise `TracesError` for an assertion with neither a name nor a condition."""
    __tracebackhide__ = True
    if not len(asked):
        raise TracesError(f"{assertion}() needs a name or a condition: without one it concerns every span")


def mismatch(
    scope: Scope, faults: Sequence[str], several: str, notes: Mapping[str, str], *, hint: str = ""
) -> Mismatch:
    """Return one error for all faults: a single fault is the headline, several are listed below it."""
    drawn = scope.draw(notes)
    if len(faults) == 1:
        return Mismatch(faults[0], tree=drawn, hint=hint)
    listed = "\n".join(f"- {fault}" for fault in faults)
    return Mismatch(f"{len(faults)} {several}", tree=drawn.below(listed), hint=hint)


def names_of(spans: Sequence[SpanData]) -> str:
    """Join the names of spans for a message, each name once."""
    names = list(dict.fromkeys(repr(span.name) for span in spans))
    return ", ".join(names[:_NAMES]) + (f" and {len(names) - _NAMES} more" if len(names) > _NAMES else "")

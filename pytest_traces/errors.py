"""Every exception of pytest-traces, on one page.

AssertionError
└─ ExpectationError      the test is red
   ├─ EmptyTrace         nothing was recorded
   ├─ SpanNotFound       a query matched fewer or more spans than it must
   ├─ Mismatch           what was recorded is not what was expected
   │  ├─ SnapshotMismatch   it is not what was committed
   │  └─ SnapshotMissing    nothing was committed yet
   └─ UsageNotRecorded   a count was read from spans that did not report it
TracesError              the test is wrong: a misuse
├─ UnknownCondition      a condition, field or option that does not exist (also a TypeError)
└─ CorruptFile           a trace or snapshot file that cannot be read
RunawayTrace             the program recorded more than the cap (a BaseException)
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pytest_traces.redaction.masking import redact
from pytest_traces.wording import Drawn, compose, nearest


class _Public:
    """Shows an error by its public name, as in `pytest_traces.Mismatch`."""

    def __init_subclass__(cls) -> None:
        if cls.__module__ == __name__:
            cls.__module__ = "pytest_traces"


class ExpectationError(_Public, AssertionError):
    """A failed expectation: a headline that stands alone, then the tree, then a hint."""

    def __init__(self, headline: str, *, tree: str = "", hint: str = "") -> None:
        self.headline = headline
        self.spans: Sequence[str] = tree.noted if isinstance(tree, Drawn) else ()
        """Call ids of the spans that its tree points out."""
        super().__init__(compose(redact(headline), tree=redact.lines(tree), hint=redact(hint)))


class EmptyTrace(ExpectationError):
    """Nothing was recorded, so no expectation can hold."""


class SpanNotFound(ExpectationError):
    """A query that must match one span matched none, or several."""


class Mismatch(ExpectationError):
    """What was recorded differs from what was expected."""


class SnapshotMismatch(Mismatch):
    """What was recorded differs from its committed snapshot."""


class SnapshotMissing(Mismatch):
    """There is no committed snapshot to compare with."""


class UsageNotRecorded(ExpectationError):
    """A token count or a cost was read from model calls that did not report it."""


class TracesError(_Public, Exception):
    """A misuse of pytest-traces: the test, not the program under test, is wrong."""

    def __init__(self, message: str) -> None:
        super().__init__(redact(message))


class UnknownCondition(TracesError, TypeError):
    """A condition, field or option that does not exist; it names the nearest one that does."""

    def __init__(self, what: str, given: object, known: Iterable[str], *, meant: str | None = None) -> None:
        names = sorted(known)
        hint = nearest(str(given), names) if meant is None else f"; did you mean {meant!r}?"
        fact = f"unknown {what} {given!r}{hint}; known: {', '.join(names)}"
        is_first = given == "name" and given in names
        super().__init__("a name stands first, without `name=`, as in ('get_weather', ...)" if is_first else fact)


class CorruptFile(TracesError):
    """A trace or snapshot file that cannot be read; it is never overwritten unasked."""


class RunawayTrace(_Public, BaseException):
    """The program recorded more spans or events than the cap allows.

    Not an `Exception`: a retry loop that catches everything must not keep a runaway agent alive.
    """

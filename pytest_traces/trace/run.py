"""One run of a program, and one retried operation."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, ConfigDict, Field

from pytest_traces.analysis.health.retries import wasted_tokens
from pytest_traces.assertions.names import Row
from pytest_traces.errors import TracesError
from pytest_traces.model.consumption.usage import Usage
from pytest_traces.model.span import SpanError
from pytest_traces.model.words.compared import Compared
from pytest_traces.model.words.status import Status
from pytest_traces.spelling import matches_name, misspells
from pytest_traces.trace.selection import Span


class Run(Compared):
    """All spans of one `run_id`: one request, from its root span down."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    instead = "`run.root`, `run.spans` or `run.run_id`"

    run_id: str
    root: Span
    """The root span of the run."""
    spans: Annotated[tuple[Span, ...], AfterValidator(Row)]
    """Every span of the run, in start order."""
    status: Status
    """The status of its root."""
    usage: Usage
    """The usage of the run."""
    elapsed: float | None
    """Milliseconds from start to end of the root; `None` while running."""
    started_by: str | None = None
    """The call id of the span of another run that started this one."""

    def __repr__(self) -> str:
        return f"<run {self.root.name} [{self.status}] {len(self.spans)} spans>"

    __str__ = __repr__


class Retry(Compared):
    """One operation that failed and was retried.

    >>> retry = trace.retries[0]
    >>> (retry.name, retry.attempts, retry.recovered, [str(error) for error in retry.errors])
    ('get_weather', 2, True, ['TimeoutError: upstream timed out'])
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    type: str
    attempts: int
    """The number of attempts, including the first."""
    spans: Annotated[tuple[Span, ...], AfterValidator(Row)]
    """The spans of the attempts, in order; one span if a framework retries inside it."""
    errors: Annotated[tuple[SpanError, ...], AfterValidator(Row)] = Row()
    """The errors of the failed attempts."""
    recovered: bool
    """Whether the last attempt succeeded."""
    wasted_ms: float = 0.0
    """Milliseconds spent in failed attempts."""
    skipped_ms: float = 0.0
    """Milliseconds that `trace.without_waiting()` skipped between attempts."""
    wasted_usage: Usage = Field(default_factory=Usage)
    """The usage of the failed attempts."""

    @property
    def wasted_tokens(self) -> int:
        """Tokens of the failed attempts; raises `UsageNotRecorded` if one reported only some counts."""
        return wasted_tokens(self.wasted_usage)

    def stands_for(self, text: str) -> bool:
        """Return whether a text is the name of the operation; raise `TracesError` for a misspelt one."""
        if matches_name(text, self.name):
            return True
        if misspells(text, self.name):
            raise TracesError(f"nothing is called {text!r}, but {self.name!r} was tried again")
        return False

    def __repr__(self) -> str:
        outcome = "recovered" if self.recovered else "gave up"
        return f"<retry {self.name} {self.attempts} attempts, {outcome}>"

    __str__ = __repr__

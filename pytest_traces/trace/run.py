"""One run of a program, and an operation that was tried again."""

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
from pytest_traces.spelling import is_slip, matches_name
from pytest_traces.trace.selection import Span


class Run(Compared):
    """All spans of one `run_id`: one request, from its root span down."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    instead = "`run.root`, `run.spans` or `run.run_id`"

    run_id: str
    root: Span
    """The span that is the run itself."""
    spans: Annotated[tuple[Span, ...], AfterValidator(Row)]
    """Every span of the run, in start order."""
    status: Status
    """The status of its root."""
    usage: Usage
    """What the run consumed."""
    elapsed: float | None
    """Milliseconds from start to end of the root; `None` while running."""
    started_by: str | None = None
    """The call of another run whose code started this one."""

    def __repr__(self) -> str:
        return f"<run {self.root.name} [{self.status}] {len(self.spans)} spans>"

    __str__ = __repr__


class Retry(Compared):
    """One operation that failed and was tried again.

    >>> retry = trace.retries[0]
    >>> (retry.name, retry.attempts, retry.recovered, [str(error) for error in retry.errors])
    ('get_weather', 2, True, ['TimeoutError: upstream timed out'])
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    type: str
    attempts: int
    """How often it was tried in all, the first time included."""
    spans: Annotated[tuple[Span, ...], AfterValidator(Row)]
    """The attempts, in order; one span if a framework retries inside it."""
    errors: Annotated[tuple[SpanError, ...], AfterValidator(Row)] = Row()
    """Why the failed attempts failed."""
    recovered: bool
    """Whether the last attempt succeeded."""
    wasted_ms: float = 0.0
    """Milliseconds spent in failed attempts."""
    skipped_ms: float = 0.0
    """Milliseconds that `trace.without_waiting()` cut between attempts."""
    wasted_usage: Usage = Field(default_factory=Usage)
    """What the failed attempts consumed."""

    @property
    def wasted_tokens(self) -> int:
        """Tokens spent in failed attempts; raises `UsageNotRecorded` if one of them told only a part."""
        return wasted_tokens(self.wasted_usage)

    def stands_for(self, text: str) -> bool:
        """Return whether a text is the name of what was tried; a misspelt one is refused."""
        if matches_name(text, self.name):
            return True
        if is_slip(text, self.name):
            raise TracesError(f"nothing is called {text!r}, but {self.name!r} was tried again")
        return False

    def __repr__(self) -> str:
        outcome = "recovered" if self.recovered else "gave up"
        return f"<retry {self.name} {self.attempts} attempts, {outcome}>"

    __str__ = __repr__

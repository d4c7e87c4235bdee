"""One step of a program as data: its fields, and properties that follow from them alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import AfterValidator, ConfigDict, Field, PrivateAttr

from pytest_traces.errors import TracesError
from pytest_traces.model.consumption.usage import Usage
from pytest_traces.model.lane import Stamp
from pytest_traces.model.words.compared import Compared, Texts
from pytest_traces.model.words.signs import FAILURE
from pytest_traces.model.words.span_types import known_type
from pytest_traces.model.words.status import FAILED, Status, span_status
from pytest_traces.redaction.masking import redact
from pytest_traces.spelling import matches_name, misspells


class SpanError(Compared):
    """The error of a span. It equals the text of its type, of its message, and of both as drawn.

    >>> trace.retries[0].errors[0] == "TimeoutError"
    True
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    type: str
    """Name of the exception class, as in `TimeoutError`."""
    message: str = ""
    traceback: str | None = None

    def stands_for(self, text: str) -> bool:
        """Return whether a text is the type or the message; raise `TracesError` for a part of one or a misspelt one."""
        told = (self.type, self.message, str(self))
        if any(matches_name(text, one) for one in told):
            return True
        if misspells(text, self.type) or (text.strip() and text.strip().casefold() in str(self).casefold()):
            raise TracesError(f"an error equals its type or its message: {str(self)!r} is not {text!r}, but nearly")
        return False

    def __str__(self) -> str:
        return f"{self.type}: {self.message}" if self.message else self.type

    def __repr__(self) -> str:  # pytest prints the repr if an assertion fails
        return redact(f"<{self}>")


class ErrorText(str):
    """The error that a predicate gets: its drawn text, which also equals its type and its message."""

    _error: SpanError

    def __new__(cls, error: SpanError) -> ErrorText:
        """Return the text of an error."""
        text = super().__new__(cls, error)
        text._error = error
        return text

    def __eq__(self, other: object) -> bool:
        return bool(self._error == other)

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = str.__hash__


class SpanData(Compared):
    """One step of a program: a model call, a tool call, an agent's turn.

    Values are plain JSON, copied when they were captured.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    """The name of the tool, model, agent or step, as in `get_weather`."""
    type: Annotated[str, AfterValidator(known_type)]
    """The kind of work: `llm`, `tool`, `agent`, `retrieval`, `plan`, `action`, `workflow`, `chain`, ..."""
    path: str
    """Names from the root down, as in `agent.llm`."""
    call_id: str
    """Identifies the span within its trace."""
    parent_call_id: str | None = None
    """The call that started this one; `None` for a root."""
    run_id: str
    """The run it belongs to."""
    t0: float
    """Start, in Unix milliseconds."""
    t1: float | None = None
    """End, in Unix milliseconds; `None` while running."""
    input: Any = None
    """Its input; `None` if none was captured."""
    output: Any = None
    """Its output; `None` if none was captured."""
    error: SpanError | None = None
    """Its error; `None` if it has none."""
    status: Annotated[Status, AfterValidator(span_status)] = span_status("running")
    """Its status; see `Status`."""
    usage: Usage = Usage()
    """What it consumed, including its descendants."""
    model: str | None = None
    """The model that was called, as in `openai/gpt-4o-mini`."""
    tags: Annotated[tuple[str, ...], AfterValidator(Texts)] = Texts()
    metadata: Mapping[str, Any] = Field(default_factory=dict)
    """The program's own data about the step."""
    attributes: Mapping[str, Any] = Field(default_factory=dict)
    """The framework's own data, unchanged."""
    source: str = "runtime"
    """The adapter that captured it, as in `timbal`."""
    retry_of: str | None = None
    """Call id of the failed attempt that it repeats, if its framework reports it; `trace.retries` has all retries."""
    acted: str | None = None
    """The verb of the act in its place, as in `raises`; `None` without an act. See `trace.on`."""

    _stamp: Stamp | None = PrivateAttr(None)
    _own_usage: Usage | None = PrivateAttr(None)
    _above: SpanData | None = PrivateAttr(None)

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            __tracebackhide__ = True
            return _long_path(self) if name == "path" else super().__getattr__(name)

    @property
    def kept_path(self) -> str | None:
        """The stored path; `None` for a very long one: those of 30,000 nested spans would take gigabytes."""
        kept: str | None = self.__dict__.get("path")
        return kept

    @property
    def elapsed(self) -> float | None:
        """Milliseconds from start to end; `None` while running."""
        return None if self.t1 is None else self.t1 - self.t0

    @property
    def failed(self) -> bool:
        """Whether its status is `error`, `timeout` or `blocked`, or it has an error with another status."""
        return self.status in FAILED or self.error is not None

    @property
    def stamp(self) -> Stamp | None:
        """Logical times and lane; `None` if they were not observed."""
        private = self.__pydantic_private__  # attribute access through pydantic takes ten times as long
        return None if private is None else private["_stamp"]

    @property
    def own_usage(self) -> Usage:
        """What it consumed itself, without its descendants."""
        private = self.__pydantic_private__
        own: Usage | None = None if private is None else private["_own_usage"]
        return self.usage if own is None else own

    def __eq__(self, other: object) -> bool:
        if isinstance(other, SpanData):
            return self.__dict__ == other.__dict__
        return other != "" and self.stands_for(other) if isinstance(other, str) else NotImplemented

    def stands_for(self, text: str) -> bool:
        """Return whether a text is the name, or the type and the name as they are drawn."""
        return matches_name(text, self.name) or text == f"{self.type} {self.name}"

    def __hash__(self) -> int:
        return hash(self.call_id)

    def __repr__(self) -> str:
        trouble = f" {FAILURE} {self.error}" if self.error else "" if self.status == "success" else f" [{self.status}]"
        return redact(f"<{self.type} {self.name}{trouble}>")

    __str__ = __repr__  # pydantic's repr lists every field, unredacted


def _long_path(span: SpanData) -> str:
    """Build the path of a span from the names of its ancestors."""
    names: list[str] = []
    above: SpanData | None = span
    while above is not None:
        kept = above.kept_path
        names.append(above.name if kept is None else kept)
        above = None if kept is not None else (above.__pydantic_private__ or {}).get("_above")
    return ".".join(reversed(names))

"""What can happen in place of a call: an error, a value, a delay, a response, a text or a call of a model."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import copy, deepcopy
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, Protocol, TypeVar

from pytest_traces.drawing.text import shorten

if TYPE_CHECKING:
    from pytest_traces.errors import TracesError
    from pytest_traces.model.span import SpanData


R = TypeVar("R", contravariant=True)  # the record of a call: records stand above effects


@dataclass(frozen=True)
class Effect:
    """What one act does; its verb marks the span."""

    verb: ClassVar[str]

    def __str__(self) -> str:
        return f"{self.verb}({', '.join(self._arguments())})"

    def _arguments(self) -> list[str]:
        """Return what the test gave, as it may have written it."""
        given = [(getattr(self, one.name), one.default) for one in fields(self) if one.repr]
        return [_shown(value) for value, default in given if value != default]


@dataclass(frozen=True)
class Raises(Effect):
    """The call fails."""

    verb = "raises"
    error: BaseException | type[BaseException]

    def make(self) -> BaseException:
        """Return an exception of its own for each call: tracebacks grow where one is raised twice."""
        if isinstance(self.error, type):
            return self.error()
        try:
            made = copy(self.error)
        except Exception:
            made = self.error
        if made.args != self.error.args:  # its class takes other arguments than it keeps
            made = self.error
        made.__cause__, made.__suppress_context__ = self.error.__cause__, self.error.__suppress_context__
        return made.with_traceback(None)


@dataclass(frozen=True)
class Returns(Effect):
    """The call gives a value, or what a function of the call computes."""

    verb = "returns"
    value: Any

    def make(self, call: SpanData) -> Any:
        """Return the value for one call; the program may change it."""
        return self.value(call) if callable(self.value) else deepcopy(self.value)


@dataclass(frozen=True)
class Delays(Effect):
    """The call begins later."""

    verb = "delays"
    seconds: float


@dataclass(frozen=True)
class Responds(Effect):
    """The request of an SDK is answered by the test: the SDK's own errors and retries follow."""

    verb = "responds"
    status: int
    headers: Mapping[str, str] | None = None
    body: Any = None
    """JSON, or the text of the body."""
    cut: bool = False
    """Whether the connection is lost after the body."""


@dataclass(frozen=True)
class Says(Effect):
    """A model answers with a text."""

    verb = "says"
    text: str


@dataclass(frozen=True)
class Calls(Effect):
    """A model asks for a call of a tool."""

    verb = "calls"
    name: str
    arguments: Any
    """A mapping, or a text that need not be JSON."""
    call_id: str = field(default="call_of_the_test", repr=False)
    """The id of the call, another one for each call of a recording."""


class Strike(NamedTuple):
    """An act meets a call."""

    effect: Effect
    call: SpanData
    """What is known of the call."""


class Acts(Protocol[R]):
    """What a test does in place of calls, each known by its record."""

    def on_call(self, record: R) -> Strike | None:
        """Return what happens in place of a call; `None` if it runs by itself."""

    def promise(self, record: R, effect: Says | Calls) -> None:
        """Leave the answer of a model to the request of an SDK that the call makes."""

    def on_request(self, record: R) -> Responds | Says | Calls | None:
        """Return what answers one request of a call of a model, in place of the network."""

    def refuse(self, record: R, effect: Effect, why: str) -> TracesError:
        """Note that an effect is impossible for a call: the test fails. Returns the error to raise in its place."""


Native = Callable[[Effect, Any, tuple[Any, ...], Mapping[str, Any]], Any]
"""Makes what the framework would have got: of `Returns` with its value, of `Says`, or of `Calls`.

It gets the effect, the value, and the arguments of the call. `NotImplemented` says that there is no such thing.
"""


def _shown(value: Any) -> str:
    name = getattr(value, "__name__", None)
    return name if callable(value) and isinstance(name, str) else shorten(repr(value), 60)


def acted_inside(effect: Effect, value: Any, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Any:
    """Say that the test acts further inside of the call, where the framework takes its errors and values."""
    raise NotImplementedError


def marked(acted: str | None, effect: Effect) -> str:
    """Return the mark of a span with one more verb."""
    verbs = acted.split(", ") if acted else []
    return ", ".join(dict.fromkeys([*verbs, effect.verb]))

"""What an expectation is about: a whole trace, or some of its spans."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_traces.assertions.expectations.soft import softened
from pytest_traces.errors import SpanNotFound

if TYPE_CHECKING:  # traces and selections inherit the expectations; these only hold them
    from pytest_traces.assertions.selection import Selection


class Subject:
    """Gives expectations the spans to look at, once: a trace may grow while it is judged."""

    __slots__ = ()

    def __init_subclass__(cls) -> None:
        """Let soft blocks collect what any `assert_...` finds, without a word where it is written."""
        for name, method in [*vars(cls).items()]:
            if name.startswith("assert_") and isinstance(method, (staticmethod, classmethod)):
                setattr(cls, name, type(method)(softened(method.__func__)))
            elif name.startswith("assert_") and callable(method):
                setattr(cls, name, softened(method))

    def _about(self, type: str | None = None) -> Selection:
        """Return the spans to judge: of a trace those of a type, of a selection all; raise where none was recorded."""
        raise NotImplementedError

    def _some(self, type: str | None = None) -> Selection:
        """Return the spans to judge, of which there must be one: all of nothing is never meant."""
        __tracebackhide__ = True
        about = self._about(type)
        if not about:
            hint = "trace.assert_... looks through the whole trace"
            headline = f"expected some {type or 'span'}s to judge, there are none"
            raise SpanNotFound(headline, tree=about._family.draw(), hint=hint if type is None else "")
        return about

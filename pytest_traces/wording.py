"""The parts of every message: a count with its noun, the nearest known name, headline, tree and hint."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

_WORDS_OF_OTHERS: Mapping[str, str] = {
    "ancestor": "under",
    "args": "input",
    "arguments": "input",
    "completed": "success",
    "completion_tokens": "output_tokens",
    "cost": "cost_usd",
    "duration": "elapsed elapsed_ms",
    "duration_ms": "elapsed elapsed_ms",
    "end_time": "t1",
    "error": "failed",
    "exception": "error",
    "failed": "error",
    "failure": "error",
    "kind": "type",
    "kwargs": "input",
    "latency": "elapsed elapsed_ms",
    "latency_ms": "elapsed elapsed_ms",
    "ok": "success",
    "parent": "under",
    "parent_id": "parent_call_id",
    "passed": "success",
    "prompt_tokens": "input_tokens",
    "result": "output",
    "span_id": "call_id",
    "span_type": "type",
    "start_time": "t0",
    "succeeded": "success",
    "tokens": "total_tokens",
    "tool_input": "input",
    "tool_output": "output",
    "trace_id": "run_id",
}
"""Words of other tools, with our names for them."""


class Drawn(str):
    """A drawn tree with the call ids of the spans that have notes."""

    noted: Sequence[str]
    """Call ids, in the order of the tree."""

    def __new__(cls, text: str, noted: Iterable[str]) -> Drawn:
        drawn = super().__new__(cls, text)
        drawn.noted = tuple(noted)
        return drawn

    def below(self, text: str) -> Drawn:
        """Return the same tree with a text above it."""
        return Drawn(f"{text}\n\n{self}", self.noted)


def count(number: int, one: str, many: str = "") -> str:
    """Return a number with its noun: `1 span`, `1,217 spans`, `3 retries` for `count(3, "retry", "retries")`."""
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"


def compose(headline: str, *, tree: str = "", hint: str = "") -> str:
    """Lay out a message: headline, blank line, tree, blank line, hint."""
    parts = [headline]
    if tree:
        parts.append(tree)
    if hint:
        parts.append(f"hint: {hint}")
    return "\n\n".join(parts)


def nearest(given: str, known: Iterable[str]) -> str:
    """Return `"; did you mean 'x'?"`, or an empty string if no known name is near."""
    from difflib import get_close_matches  # imported late: pytest's start does not need it

    as_written = list(known)
    names = {name.casefold(): name for name in as_written}
    meant = [name for name in _WORDS_OF_OTHERS.get(given.lower(), "").split() if name in names]
    close = meant or get_close_matches(given, as_written, n=1)
    close = close or [names[name] for name in get_close_matches(given.casefold(), list(names), n=1)]
    return f"; did you mean {close[0]!r}?" if close else ""


class Suggesting:
    """Suggests the nearest attribute for one that does not exist."""

    __slots__ = ()

    if not TYPE_CHECKING:  # hidden from type checkers, which would then accept every attribute

        def __getattr__(self, name: str) -> Any:
            __tracebackhide__ = True
            try:
                return super().__getattr__(name)  # pydantic's method: it finds private attributes
            except AttributeError:
                if name.startswith("_"):
                    raise
            known = [one for one in dir(self) if not one.startswith("_")]
            what = f"{type(self).__name__!r} object has no attribute {name!r}"
            raise AttributeError(f"{what}{nearest(name, known)}", name=name, obj=self)

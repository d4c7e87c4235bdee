"""Models that a plain `assert` compares with a text: they understand the text or refuse it.

Without this, `"TimeoutError" not in retry.errors` and `span.status != "failed"` would hold for every program.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, TypeVar

from pydantic import BaseModel

from pytest_traces.errors import TracesError
from pytest_traces.spelling import matches_name, text_misspelt_by
from pytest_traces.wording import Suggesting

V = TypeVar("V")


class Compared(Suggesting, BaseModel):
    """A model that equals models of its class; a text is refused, unless the class defines which text stands for it.

    The empty text is unequal and not refused: code that looks for empty values compares with it.
    """

    instead: ClassVar[str] = "one of its fields"
    """What to compare with a text, for the message of a refusal."""

    def __eq__(self, other: object) -> bool:
        return other != "" and self.stands_for(other) if isinstance(other, str) else super().__eq__(other)

    def __contains__(self, wanted: object) -> bool:
        raise TracesError(f"{self!r} holds no {wanted!r}: ask {self.instead}")  # a model iterates over its fields

    def stands_for(self, text: str) -> bool:
        """Return whether a text stands for this model; the base class raises `TracesError`."""
        raise TracesError(f"{self!r} is no text, got {text!r}: compare {self.instead}")


class Texts(tuple[str, ...]):
    """A sequence of texts: `in` takes a glob or a regex too, and refuses a misspelt text."""

    __slots__ = ()

    def __contains__(self, wanted: object) -> bool:
        return bool(_matching(wanted, self))

    def __eq__(self, other: object) -> bool:
        require_no_text(other, "texts")
        return tuple(self) == (tuple(other) if isinstance(other, list) else other)

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = tuple.__hash__

    def count(self, wanted: Any, /) -> int:
        """Return how many texts match."""
        return len(_matching(wanted, self))


class Keys(dict[str, V]):
    """Values by name: `in` takes exact names, and refuses a misspelt name or a pattern."""

    __slots__ = ()

    def __contains__(self, wanted: object) -> bool:
        if super().__contains__(wanted):
            return True
        models = {name.rpartition("/")[2]: name for name in self if "/" in name}
        meant = None if _matches_any(wanted, self) else text_misspelt_by(wanted, models)
        if meant is not None:
            raise TracesError(f"nothing is called {wanted!r}, but {models[meant]!r} is there; did you mean that one?")
        return bool(_matching(wanted, self))

    def get(self, name: Any, default: Any = None, /) -> Any:
        """Return a value, or the default for a name that is not there; refuse a misspelt name."""
        return self[name] if name in self and super().__contains__(name) else default

    def __eq__(self, other: object) -> bool:
        require_no_text(None if isinstance(other, Mapping) else other, "names with their values")
        return super().__eq__(other)

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = None


def require_no_text(other: object, these: str) -> None:
    """Raise `TracesError` for a value that a sequence never equals: a text, a regex, a set, a mapping."""
    if isinstance(other, (str, re.Pattern, set, frozenset, Mapping)):
        raise TracesError(f"{these} never equal a {type(other).__name__}, got {other!r}")


def _matching(wanted: object, texts: Iterable[str]) -> list[str]:
    """Return the texts that match a text, a glob or a regex; refuse a misspelt one that matches none."""
    found = [text for text in texts if _matches(wanted, text)]
    meant = None if found else text_misspelt_by(wanted, texts)
    if meant is not None:
        raise TracesError(f"nothing is called {_show(wanted)}, but {meant!r} is there; did you mean that one?")
    return found


def _matches_any(wanted: object, texts: Iterable[str]) -> bool:
    return any(_matches(wanted, text) for text in texts)


def _matches(wanted: object, text: str) -> bool:
    if isinstance(wanted, str):
        return matches_name(wanted, text)
    if isinstance(wanted, re.Pattern):
        return wanted.search(text) is not None
    return bool(wanted == text)


def _show(wanted: object) -> str:
    return f"/{wanted.pattern}/" if isinstance(wanted, re.Pattern) else repr(wanted)

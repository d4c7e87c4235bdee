"""The masks of a snapshot: ignored values, stand-ins for replaced ones, and checks of both."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from difflib import get_close_matches
from typing import Any

from pytest_traces.assertions.queries.matching.texts import is_async, is_equal, is_predicate, judged
from pytest_traces.drawing.text import brief, json_line
from pytest_traces.errors import Mismatch, TracesError, UnknownCondition
from pytest_traces.redaction.keys import MASK, is_secret
from pytest_traces.snapshots.text.paths import DROPPED, FieldPath, joined, leaves

OPTIONAL = ("input", "output", "model", "tags", "metadata", "attributes", "usage")
"""Fields that `include` adds to every span."""

_NOW_MS = (1e12, 4e12)  # 2001 to 2096, in milliseconds


def _is_timestamp(value: Any) -> bool:
    if isinstance(value, bool):
        return False
    if isinstance(value, (int, float)):
        return any(_NOW_MS[0] <= value * unit <= _NOW_MS[1] for unit in (1e3, 1.0, 1e-3, 1e-6))
    return bool(datetime.fromisoformat(value))


KINDS: Mapping[str, Callable[[Any], bool]] = {
    "uuid": lambda value: bool(uuid.UUID(value)),
    "timestamp": _is_timestamp,
    "date": lambda value: bool(date.fromisoformat(value)),
    "number": lambda value: isinstance(value, (int, float)) and not isinstance(value, bool),
    "text": lambda value: isinstance(value, str),
    "any": lambda value: True,
}
"""Masks by name, and what they accept."""


def written_mask(text: str) -> str | re.Pattern[str]:
    """Read a mask as it is written in an ini file: a name, or a regex between slashes."""
    if not (len(text) > 2 and text.startswith("/") and text.endswith("/")):
        return text
    try:
        return re.compile(text[1:-1])
    except re.error as error:
        raise TracesError(f"{text!r} is no regex: {error}") from None


class Label(str):
    """The stand-in for a masked value."""


class Masks:
    """The `ignore`, `replace` and `include` of one snapshot, added to those of the project.

    `require_kept` raises for a path of the snapshot itself that matches nothing. One of the project may serve others.
    """

    def __init__(
        self,
        *,
        ignore: str | Iterable[str] = (),
        replace: Mapping[str, Any] | None = None,
        include: str | Iterable[str] = (),
        project: Masks | None = None,
    ) -> None:
        edits: list[tuple[FieldPath, Any]] = [(FieldPath(text), DROPPED) for text in names_of_fields(ignore)]
        edits += [(FieldPath(text), mask) for text, mask in (replace or {}).items()]
        self._own = [_Edit(path, mask) for path, mask in edits]
        self._edits: list[_Edit] = [*self._own, *(project._edits if project is not None else ())]
        self._seen: set[str] = set()
        named = frozenset(names_of_fields(include))
        for field in named - set(OPTIONAL):
            raise UnknownCondition("field to include", field, OPTIONAL)
        self.included: frozenset[str] = named | (project.included if project is not None else frozenset())

    def fields(self, name: str, values: dict[str, Any]) -> dict[str, Any]:
        """Return a span's values without what is ignored, and with stand-ins for what is replaced."""
        if not self._edits:
            return values
        if self._own:
            self._seen.update(joined([name, *way]) for way in leaves(values))
        for edit in self._edits:
            if edit.path.concerns(name):
                values = edit(name, values)
        return values

    def start_over(self) -> None:
        """Drop all results: the trace is drawn again."""
        for edit in self._edits:
            edit.broken.clear()

    def require_kept(self) -> None:
        """Raise `Mismatch` if a masked value does not match its mask, `UnknownCondition` if a path matched no value.

        Only paths of the snapshot itself count: one that matches nothing in the trace is a typo.
        """
        __tracebackhide__ = True
        broken = [said for edit in self._edits for said in edit.broken]
        if broken:
            more = f" (and {len(broken) - 1} more)" if len(broken) > 1 else ""
            raise Mismatch(broken[0] + more, hint="a masked value must match its mask")
        for edit in self._own:
            if edit.idle and (edit.path.is_deep or edit.path.is_named):
                known = self._seen if edit.path.is_named else {path.partition(".")[2] for path in self._seen}
                near = get_close_matches(edit.path.text, sorted(known), n=8, cutoff=0.3)
                raise UnknownCondition(edit.purpose, edit.path.text, near)


class _Edit:
    """A path, and the edit of the values at that path."""

    def __init__(self, path: FieldPath, mask: Any) -> None:
        self.path = path
        self.purpose = "path to ignore" if mask is DROPPED else "path to replace"
        self.idle = True
        """Whether it matched no value so far, though there were spans that it concerns."""
        self.broken: list[str] = []
        """Messages about values that do not match; kept as texts, so that no traceback shows the values."""
        self._mask = mask
        self._label = "" if mask is DROPPED else _label(mask)

    def __call__(self, name: str, values: dict[str, Any]) -> dict[str, Any]:
        values, hits = self.path.edit(values, lambda value: self._stand_in(name, value))
        if hits or not self.path.is_deep:
            self.idle = False
        return values

    def _stand_in(self, name: str, value: Any) -> Any:
        if self._mask is DROPPED:
            return DROPPED
        if isinstance(value, Label):  # the snapshot's own mask goes before the project's
            return value
        if not _fits(self._mask, value):
            got = MASK if is_secret(self.path.text, str(value)) else brief(value, 120)
            self.broken.append(f"expected {self.path.text} of {name!r} to be {self._label}, got {got}")
        return Label(self._label)


def _label(mask: Any) -> str:
    if isinstance(mask, str):
        if mask not in KINDS:
            raise UnknownCondition("mask", mask, KINDS)
        return f"<{mask}>"
    if isinstance(mask, re.Pattern):
        return f"</{mask.pattern}/>"
    if is_predicate(mask) and is_async(mask):
        raise TracesError(f"a mask is no async function: what it returns is always true, got {mask!r}")
    if isinstance(mask, (int, float, bool, list, dict, tuple)) or mask is None:
        return f"<{json_line(mask)}>"
    # The repr of a matcher may show its last match; its name is always the same.
    return f"<{getattr(mask, '__name__', type(mask).__name__).strip('<>')}>"


def _fits(mask: Any, value: Any) -> bool:
    if isinstance(mask, str):
        try:
            return KINDS[mask](value)
        except (ValueError, TypeError, AttributeError):
            return False
    if isinstance(mask, re.Pattern):
        return isinstance(value, str) and mask.fullmatch(value) is not None
    if type(mask) is type:
        return isinstance(value, mask)
    return judged(mask, value) if is_predicate(mask) else is_equal(mask, value)


def names_of_fields(given: str | Iterable[str]) -> list[str]:
    """Return one name or several names as a list; refuse any other type."""
    if not isinstance(given, Iterable):
        raise TracesError(f"expected names of fields, got {given!r}")
    listed = [given] if isinstance(given, str) else list(given)
    if any(not isinstance(one, str) or not one for one in listed):
        raise TracesError(f"expected names of fields, got {given!r}")
    return listed

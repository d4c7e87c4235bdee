"""`exactly` and `at_most`: conditions on all arguments of a call; a plain mapping asks for some of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pytest_traces.assertions.queries.matching.texts import matches_text, require_text
from pytest_traces.assertions.queries.matching.values import decoded, keyed, matches_value, require_value
from pytest_traces.errors import TracesError


class Arguments:
    """A condition on all arguments of a call."""

    __hash__ = None  # type: ignore[assignment]  # mutable values inside

    def __init__(
        self, word: str, expected: Mapping[str, Any], defaults: Mapping[str, Any], ignore: Iterable[str]
    ) -> None:
        if not isinstance(expected, Mapping):
            raise TracesError(f"{word}() takes a mapping of arguments, got {expected!r}")
        self._word = word
        self._given = dict(expected)
        self._defaults = keyed(defaults)
        self.expected = self._defaults | keyed(expected)
        """The expected arguments, defaults included."""
        names = [ignore] if isinstance(ignore, str) else list(ignore)
        self._ignore = [require_text(name, "an ignored argument") for name in names]
        require_value(self.expected, "an argument")
        if all(map(self._is_ignored, self.expected or [""])):
            raise TracesError(f"{self!r} would always match: it ignores every argument that it expects")

    def __eq__(self, other: object) -> bool:
        actual = decoded(other)
        if not isinstance(actual, Mapping):
            return NotImplemented
        expected, filled = self.compared(actual)
        complete = not self.is_complete or filled.keys() == expected.keys()
        return complete and all(
            key in expected and matches_value(expected[key], value, whole=True) for key, value in filled.items()
        )

    @property
    def is_complete(self) -> bool:
        """Return whether every expected argument must be given."""
        return self._word != "at_most"

    def compared(self, actual: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return the expected arguments, and those of a call with its defaults; both without ignored ones."""
        return self._without_ignored(self.expected), self._without_ignored(self._defaults | dict(actual))

    def __repr__(self) -> str:
        options = [f"defaults={self._defaults!r}"] * bool(self._defaults) + [f"ignore={self._ignore!r}"] * bool(
            self._ignore
        )
        return f"{self._word}({', '.join([repr(self._given), *options])})"

    def _is_ignored(self, key: str) -> bool:
        return any(matches_text(name, key) for name in self._ignore)

    def _without_ignored(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        return {key: value for key, value in arguments.items() if not self._is_ignored(key)}


def exactly(
    expected: Mapping[str, Any], *, defaults: Mapping[str, Any] | None = None, ignore: Iterable[str] = ()
) -> Any:
    """Ask for these arguments and no others.

    >>> trace.one("get_weather", input=exactly({"city": "Paris"}, defaults={"units": "C"}, ignore=["request_id"]))
    <tool get_weather>

    An argument that is left out equals its default; ignored names may be globs.
    """
    return Arguments("exactly", expected, defaults or {}, ignore)


def at_most(expected: Mapping[str, Any], *, ignore: Iterable[str] = ()) -> Any:
    """Ask for no other arguments than these; any of them may be left out.

    >>> trace.one("get_weather", input=at_most({"city": "Paris", "units": "C"}))
    <tool get_weather>
    """
    return Arguments("at_most", expected, {}, ignore)

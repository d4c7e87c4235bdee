"""Masks the secrets of a text.

It works on text, so that one rule serves snapshots, reports, messages and files, JSON inside JSON included. A text is
one value, or it is drawn: then each line is masked by itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from types import ModuleType


class Redaction:
    """Masks secrets by key, place and shape, and matches of the user's own patterns."""

    def __init__(self, patterns: Iterable[str] = ()) -> None:
        self._own = [re.compile(pattern) for pattern in patterns]

    def extend(self, patterns: Iterable[str]) -> Callable[[], None]:
        """Add regexes of secrets; return a function that removes them. Raises `re.error` for a broken one."""
        before = self._own
        self._own = [*before, *(re.compile(pattern) for pattern in patterns)]

        def restore() -> None:
            self._own = before

        return restore

    def __call__(self, text: str) -> str:
        """Return one value, a text or JSON as text, with every secret masked."""
        rules = _rules()
        masked: str = rules.masked(text, rules.rules_for(text), self._own)
        return masked

    def lines(self, text: str) -> str:
        """Return a drawn text with the secrets of each line masked: no secret spans two lines."""
        if self.finds_nothing_in(text):
            return text
        rules = _rules()
        needed = rules.rules_for(text)
        known = {line: rules.masked(line, needed, self._own) for line in set(text.split("\n"))}
        return "\n".join([known[line] for line in text.split("\n")])

    def finds_nothing_in(self, text: str) -> bool:
        """Return whether masking leaves a text, and so each of its parts, unchanged."""
        return not self._own and not _rules().rules_for(text)


def _rules() -> ModuleType:
    """Import the rules: their regexes take milliseconds to compile, and pytest's start needs none of them."""
    from pytest_traces.redaction import rules

    return rules


redact = Redaction()
"""The redaction of this process; the plugin adds the user's patterns to it."""

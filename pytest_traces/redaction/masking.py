"""Masks the secrets of a text.

It works on text, so that one rule serves snapshots, reports, messages and files, JSON inside JSON included. A text
is one value, or drawn: then each line stands alone, since what is masked hides what stands in it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from functools import partial

from pytest_traces.redaction.keys import HINTS, MASK
from pytest_traces.redaction.places import mask_keyed
from pytest_traces.redaction.shapes import mask_shape, shapes_in
from pytest_traces.redaction.urls import mask_bearers, mask_urls, mask_users

Rule = Callable[[str], str]
"""Masks one kind of secret in a text."""

_RULES: tuple[tuple[tuple[str, ...], Rule], ...] = (
    (HINTS, mask_keyed),
    (("bearer", "basic"), mask_bearers),
    (("://", "sig=", "key=", "token=", "signature="), mask_urls),
    (("-u", "--user"), mask_users),
)
"""Each rule with words of which one, in any case, is in every text that it changes: looking for them is cheap."""


class Redaction:
    """Masks credentials by key, place and shape, and what matches the user's own patterns."""

    def __init__(self, patterns: Iterable[str] = ()) -> None:
        self._own = [re.compile(pattern) for pattern in patterns]

    def extend(self, patterns: Iterable[str]) -> Callable[[], None]:
        """Add regexes whose matches are secret, and return what takes them away; raises `re.error` on a broken one."""
        before = self._own
        self._own = [*before, *(re.compile(pattern) for pattern in patterns)]

        def restore() -> None:
            self._own = before

        return restore

    def __call__(self, text: str) -> str:
        """Return one value, a text or JSON as text, with every secret masked."""
        return self._masked(text, _rules_for(text))

    def lines(self, text: str) -> str:
        """Return a drawn text with the secrets of each line masked: what begins in one never reaches into the next."""
        if self.finds_nothing_in(text):
            return text
        rules = _rules_for(text)
        known = {line: self._masked(line, rules) for line in set(text.split("\n"))}
        return "\n".join([known[line] for line in text.split("\n")])

    def finds_nothing_in(self, text: str) -> bool:
        """Tell whether all of a text, and so each part of it, is what masking gives back as it is."""
        return not self._own and not _rules_for(text)

    def _masked(self, text: str, rules: Iterable[Rule]) -> str:
        for rule in rules:
            text = rule(text)
        for pattern in self._own:
            text = pattern.sub(MASK, text)
        return text


def _rules_for(text: str) -> Sequence[Rule]:
    """Return the rules that may find something in a text."""
    words = " ".join(set(text.split()))  # a trace holds the same words again and again: look at each word once
    lower = words.lower()
    rules = [rule for hints, rule in _RULES if any(hint in lower for hint in hints)]
    shapes = [partial(mask_shape, pattern=pattern) for pattern in shapes_in(words)]
    return [*rules[:1], *shapes, *rules[1:]] if rules else shapes


redact = Redaction()
"""The redaction of this process; the plugin adds the user's patterns to it."""

"""The rules of masking, and the choice of those that a text needs."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from functools import partial

from pytest_traces.redaction.keys import HINTS, MASK
from pytest_traces.redaction.places import mask_keyed
from pytest_traces.redaction.shapes import mask_shape, shapes_in
from pytest_traces.redaction.urls import mask_bearers, mask_urls, mask_users
from pytest_traces.redaction.words import distinct_words

Rule = Callable[[str], str]
"""Masks one kind of secret in a text."""

_RULES: tuple[tuple[tuple[str, ...], Rule], ...] = (
    (HINTS, mask_keyed),
    (("bearer", "basic"), mask_bearers),
    (("://", "sig=", "key=", "token=", "signature="), mask_urls),
    (("-u", "--user"), mask_users),
)
"""Each rule with its words, in any case: a text without one of them needs no such rule, which is cheap to find."""


def rules_for(text: str) -> Sequence[Rule]:
    """Return the rules that may change a text."""
    words = distinct_words(text)
    lower = words.lower()
    rules = [rule for hints, rule in _RULES if any(hint in lower for hint in hints)]
    shapes = [partial(mask_shape, pattern=pattern) for pattern in shapes_in(words)]
    return [*rules[:1], *shapes, *rules[1:]] if rules else shapes


def masked(text: str, rules: Iterable[Rule], own: Iterable[re.Pattern[str]]) -> str:
    """Return a text with the matches of the rules and of the user's own patterns masked."""
    for rule in rules:
        text = rule(text)
    for pattern in own:
        text = pattern.sub(MASK, text)
    return text

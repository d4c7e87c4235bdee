"""Refuses misspelt conditions, which would otherwise make `assert_never` pass."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches
from typing import Any

from pytest_traces.assertions.queries.conditions import Conditions
from pytest_traces.assertions.queries.differing import show
from pytest_traces.assertions.queries.matching.clauses import listed
from pytest_traces.assertions.queries.matching.texts import anything, matches_text
from pytest_traces.assertions.queries.mistakes.notation import refuse_value
from pytest_traces.assertions.queries.mistakes.other_conditions import meant_instead
from pytest_traces.errors import TracesError, UnknownCondition
from pytest_traces.model.span import SpanData
from pytest_traces.model.tree import SpanTree
from pytest_traces.model.words.span_types import KNOWN_TYPES
from pytest_traces.spelling import is_glob, misspells, spelt_out, text_misspelt_by

_LIKE = 0.77  # `retriever` is a misspelt type, `subagent` a type of the program's own

_TEXTS: Mapping[str, Callable[[SpanData], Iterable[str]]] = {
    "name": lambda span: [span.name],
    "path": lambda span: [span.path],
    "model": lambda span: [span.model] if span.model else [],
    "tags": lambda span: span.tags,
    "error": lambda span: [span.error.type] if span.error else [],
    "source": lambda span: [span.source],
    "under": lambda span: [span.name, f"{span.type} {span.name}"],
}
"""The texts of a span that each condition is compared with."""
_TYPES_OF_OTHERS = {
    "call": "tool",
    "chat": "llm",
    "completion": "llm",
    "function": "tool",
    "generation": "llm",
    "model": "llm",
    "search": "retrieval",
    "tool_call": "tool",
}
"""The words of other tools for types of spans."""
_VALUES = ("input", "output", "metadata", "attributes")


def refuse_misspelt(asked: Conditions, tree: SpanTree) -> None:
    """Raise `TracesError` if conditions match nothing and one of them misspells a recorded text."""
    for word, given in {"name": asked.name, **asked.given}.items():
        if word in _TEXTS:
            for pattern in listed(given):
                _refuse_text(word, pattern, _texts(word, pattern, tree), tree)
    spans = [span for span in tree.spans if not {"name", "type"} & set(asked.broken(span, tree))]
    for word in _VALUES:
        if word in asked.given:
            step = "any span" if asked.name is anything else show(asked.name)
            refuse_value(asked.given[word], [getattr(span, word) for span in spans], f"{word} of {step}")


def _texts(word: str, pattern: Any, tree: SpanTree) -> Iterable[str]:
    """Return the texts that a pattern is compared with; a regex for `error` also searches messages."""
    if word == "error" and isinstance(pattern, re.Pattern):
        return {str(span.error): None for span in tree.spans if span.error is not None}
    return dict.fromkeys(text for span in tree.spans for text in _TEXTS[word](span))


def refuse_unknown_type(asked: Conditions, tree: SpanTree) -> None:
    """Refuse a type that no span has if it resembles a known one; other types may be the program's own."""
    type = asked.given.get("type")
    if not isinstance(type, str) or is_glob(type) or type in KNOWN_TYPES:
        return
    recorded = {span.type for span in tree.spans}
    known = {*KNOWN_TYPES, *recorded}
    if type in recorded:
        return
    meant = _TYPES_OF_OTHERS.get(type.lower())
    if meant in recorded:
        raise UnknownCondition("type", type, known, meant=meant)
    if get_close_matches(type.lower(), known, cutoff=_LIKE) or text_misspelt_by(type, known):
        raise UnknownCondition("type", type, known)


def _refuse_text(word: str, given: Any, there: Iterable[str], tree: SpanTree) -> None:
    if not isinstance(given, (str, re.Pattern)) or any(matches_text(given, text) for text in there):
        return
    for text in there:
        if misspells(given, text) or (word == "model" and _lacks_provider(given, text)):
            fact = (
                f"nothing is called {show(given)}, but {text!r} ran"
                if word == "name"
                else f"{word}={show(given)} matches nothing, but there is {text!r}"
            )
            raise TracesError(f"{fact}; did you mean that one?\n\n{_another(given)}")
    instead = meant_instead(word, given, tree)
    if instead is not None:
        fact = f"nothing is called {show(given)}" if word == "name" else f"{word}={show(given)} matches nothing"
        raise TracesError(f"{fact}, but {instead}\n\n{_another(given)}")


def _another(given: Any) -> str:
    return f"hint: to ask for exactly this one, write {spelt_out(given)}"


def _lacks_provider(given: Any, model: str) -> bool:
    """Return whether `given` lacks the provider of a model: some frameworks record `openai/gpt-4o`."""
    _, _, name = model.rpartition("/")
    return isinstance(given, str) and (given == name or misspells(given, name))

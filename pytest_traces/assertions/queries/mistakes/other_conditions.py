"""Finds texts that are given to the wrong condition: a path as a name, a type as `under`, a line of the tree."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from typing import Any

from pytest_traces.drawing.marks import BRANCH, GUIDES, NEXT
from pytest_traces.drawing.text import word as drawn_word
from pytest_traces.model.tree import SpanTree
from pytest_traces.spelling import is_glob, matches_name, misspells

_SEPARATORS = re.compile(r"[./>→]")
_GUIDES = re.compile(rf"^[\s{GUIDES}{BRANCH}{NEXT}]+")
"""The marks before a span in a drawn tree."""
_FOREIGN = re.compile(r"[|^$\\(){}%,;+]")
"""Characters with a meaning in a regex, a list or SQL, and with none in a name."""
_BRACES = re.compile(r"\{([^{}]*)\}")
_PREFIX = re.compile(r".*(?:::|__|[./:])")
"""Prefixes that frameworks put before the name of a tool."""


def meant_instead(word: str, given: Any, tree: SpanTree) -> str | None:
    """Return a hint at the condition that a text without a match was meant for; `None` if it fits none.

    As in `'planner.pay' is a path; did you mean path='planner.pay'?`.
    """
    if not isinstance(given, str):
        return _of_path(given, tree) if word == "name" and isinstance(given, re.Pattern) else None
    return next((fact for find in _FINDERS.get(word, ()) if (fact := find(given, tree)) is not None), None)


def _of_line(given: str, tree: SpanTree) -> str | None:
    """Recognise a line of a drawn tree, or the beginning of one, given as a name."""
    line = _GUIDES.sub("", given)
    for span in tree.spans:
        drawn = f"{span.type} {drawn_word(span.name)}"
        if line.casefold().startswith(f"{drawn} ".casefold()) or matches_name(line, drawn) or misspells(line, drawn):
            return f"{given!r} is drawn of a span; did you mean {span.name!r}, type={span.type!r}?"
    return None


def _of_path(given: str | re.Pattern[str], tree: SpanTree) -> str | None:
    """Recognise a path, or the end of one, given as a name."""
    for span in tree.spans:
        if isinstance(given, re.Pattern):
            if "\\." in given.pattern and given.search(span.path):
                return f"/{given.pattern}/ matches the path {span.path!r}; did you mean path={given!r}?"
        elif _leads_to(given, span.path):
            ways = (given, f"*.{given}", span.path)
            whole = next(way for way in ways if matches_name(way, span.path))
            return f"{span.path!r} is a path; did you mean path={whole!r}?"
    return None


def _leads_to(given: str, path: str) -> bool:
    """Return whether a text names steps of a path, the last one included, with any separator."""
    wanted = [part.strip() for part in _SEPARATORS.split(given)]
    if len(wanted) < 2 or not all(wanted):
        return False
    steps = path.split(".")
    if not matches_name(wanted.pop(), steps.pop()):
        return False
    left = iter(steps)
    return all(any(matches_name(part, step) for step in left) for part in wanted)


def _of_qualified(given: str, tree: SpanTree) -> str | None:
    """Recognise a name with a prefix that the framework does not record: `functions.pay`, `mcp__shop__pay`."""
    prefix = _PREFIX.match(given)
    last = given[prefix.end() :] if prefix else ""
    return f"{last!r} ran; did you mean that one?" if tree.named(last) else None


def _of_pattern(given: str, tree: SpanTree) -> str | None:
    """Recognise a pattern of another language: a regex, several names, a choice in braces, the `%` of SQL."""
    if not _FOREIGN.search(given):
        return None
    choices = _BRACES.sub(lambda choice: f"({choice[1].replace(',', '|')})", given)
    for pattern in (given, choices, re.sub(r"\s*[,;]\s*", "|", given), given.replace("%", ".*")):
        with suppress(re.error):
            found = next((span.name for span in tree.spans if re.search(pattern, span.name, re.IGNORECASE)), None)
            if found is not None:
                return f"{found!r} matches this pattern of another language; did you mean re.compile({pattern!r})?"
    return None


def _of_name_as_path(given: str, tree: SpanTree) -> str | None:
    """Recognise a name, or the end of a path, given as a path: a path begins with the name of the root."""
    for span in tree.spans:
        if matches_name(f"*.{given}", span.path):
            return f"there is the path {span.path!r}, from the root down; did you mean path={f'*.{given}'!r}?"
        if _leads_to(given, span.path):
            return f"there is the path {span.path!r}; did you mean that one?"
    return None


def _of_type(given: str, tree: SpanTree) -> str | None:
    """Recognise a type given as a name."""
    return f"{given!r} is a type; did you mean type={given!r}?" if _has(tree, "type", given) else None


def _of_type_above(given: str, tree: SpanTree) -> str | None:
    """Recognise a type given as `under`."""
    return f"{given!r} is a type; did you mean under={f'{given} *'!r}?" if _has(tree, "type", given) else None


def _of_name(given: str, tree: SpanTree) -> str | None:
    """Recognise a name given as a model."""
    return f"{given!r} is a name; did you mean {given!r} without a word before it?" if tree.named(given) else None


def _of_model(given: str, tree: SpanTree) -> str | None:
    """Recognise a model given as a name."""
    return f"{given!r} is a model; did you mean model={given!r}?" if _has(tree, "model", given) else None


def _of_error(given: str, tree: SpanTree) -> str | None:
    """Recognise a type of errors given as a name."""
    if any(span.error is not None and span.error.type == given for span in tree.spans):
        return f"{given!r} is a type of errors; did you mean error={given!r}?"
    return None


def _of_message(given: str, tree: SpanTree) -> str | None:
    """Recognise a message, or a part of one, given as the type of an error."""
    for span in tree.spans:
        if span.error is not None and given.strip("*").casefold() in str(span.error).casefold():
            asked = re.compile(re.escape(given.strip("*")), re.IGNORECASE)
            return f"{str(span.error)!r} has that message, and a text means its type; did you mean error={asked!r}?"
    return None


def _of_status(given: str, tree: SpanTree) -> str | None:
    """Recognise a status given as the type of an error."""
    return f"{given!r} is a status; did you mean status={given!r}?" if _has(tree, "status", given) else None


def _has(tree: SpanTree, field: str, given: str) -> bool:
    return not is_glob(given) and any(given == str(getattr(span, field)) for span in tree.spans)


_FINDERS: Mapping[str, Iterable[Callable[[str, SpanTree], str | None]]] = {
    "name": (_of_line, _of_path, _of_type, _of_model, _of_error, _of_qualified, _of_pattern),
    "path": (_of_line, _of_name_as_path),
    "model": (_of_name,),
    "under": (_of_line, _of_path, _of_type_above),
    "error": (_of_message, _of_status),
}
"""The mistakes to look for, by the condition that got the text."""

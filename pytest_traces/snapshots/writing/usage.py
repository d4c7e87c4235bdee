"""Usage as it is committed, one count a line, and how two of them differ."""

from __future__ import annotations

import fnmatch
from collections import Counter
from collections.abc import Iterable

from pytest_traces.drawing.text import word
from pytest_traces.errors import UnknownCondition
from pytest_traces.model.consumption.model_usage import TOKEN_UNITS
from pytest_traces.model.consumption.usage import Usage
from pytest_traces.redaction.masking import redact
from pytest_traces.snapshots.normalising.masks import names_of_fields

_NOTHING = "nothing was counted"


def usage_text(usage: Usage, ignore: Iterable[str] = ()) -> str:
    """Return the counts of a trace, sorted by name; cost is left out, because prices change.

    `ignore` takes globs over the names drawn, as in `*:input_tokens`; one that matches nothing raises
    `UnknownCondition`.
    """
    skipped = names_of_fields(ignore)
    counts = _shown(usage)
    for glob in skipped:
        if counts and not any(fnmatch.fnmatchcase(name, glob) for name in counts):
            raise UnknownCondition("count to ignore", glob, counts)
    rows = [
        f"{redact(name)} = {amount}"
        for name, amount in sorted(counts.items())
        if not any(fnmatch.fnmatchcase(name, glob) for glob in skipped)
    ]
    rows.extend(
        f"{word(redact(name))} reported no {unit} ×{calls}" for (name, unit), calls in sorted(_unknown(usage).items())
    )
    return "\n".join(rows) or _NOTHING


def _shown(usage: Usage) -> dict[str, int | float]:
    """Return the counts without zeros; a model with nothing but zeros keeps its `input_tokens`."""
    counts: dict[str, int | float] = {}
    for name, used in usage.by_model.items():
        flat = Usage(by_model={name: used}).flat()
        flat.pop(f"{name}:cost_usd", None)
        counts |= {key: amount for key, amount in flat.items() if amount} or {f"{name}:input_tokens": 0}
    return counts | dict(usage.counters)


def _unknown(usage: Usage) -> Counter[tuple[str, str]]:
    """Count the calls without usage, and those without a unit that other calls reported or that is required."""
    unknown = Counter((name, "usage") for name in usage.unreported)
    for name, used in usage.by_model.items():
        units = ("input_tokens", "output_tokens", *(unit for unit in TOKEN_UNITS if getattr(used, unit)))
        unknown.update({(name, unit): used.missing(unit) for unit in units if used.missing(unit)})
    return unknown


def explain_usage(stored: str, received: str) -> list[str]:
    """Return which counts differ: `input_tokens of 'openai/gpt-4o': 32 → 40`."""
    before, after = _counts(stored), _counts(received)
    return [
        f"{_named(name)}: {before.get(name, 'nothing')} → {after.get(name, 'nothing')}"
        for name in sorted({*before, *after})
        if before.get(name) != after.get(name)
    ]


def _counts(text: str) -> dict[str, str]:
    rows = (row.rpartition(" = " if " = " in row else " ×") for row in text.split("\n") if row != _NOTHING)
    return {name or count: count for name, _, count in rows}


def _named(name: str) -> str:
    model, colon, unit = name.rpartition(":")
    return f"{unit} of {model!r}" if colon else name

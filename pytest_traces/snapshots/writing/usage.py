"""Usage as it is committed, one count a line, and how two of them differ."""

from __future__ import annotations

import fnmatch
from collections import Counter
from collections.abc import Iterable

from pytest_traces.drawing.text import word
from pytest_traces.errors import UnknownCondition
from pytest_traces.model.usage import Usage
from pytest_traces.redaction import redact

_NOTHING = "nothing was counted"


def usage_text(usage: Usage, ignore: Iterable[str] = ()) -> str:
    """Return the counts of a trace, sorted by name; money is left out, prices change by themselves.

    `ignore` takes globs over the names drawn, as in `*:input_tokens`; one that matches nothing raises
    `UnknownCondition`.
    """
    skipped = [ignore] if isinstance(ignore, str) else list(ignore)
    counts = {name: count for name, count in usage.flat().items() if not name.endswith(":cost_usd")}
    for glob in skipped:
        if counts and not any(fnmatch.fnmatchcase(name, glob) for name in counts):
            raise UnknownCondition("count to ignore", glob, counts)
    silent = Counter(usage.unreported)
    rows = [
        f"{name} = {count}"
        for name, count in sorted(counts.items())
        if not any(fnmatch.fnmatchcase(name, glob) for glob in skipped)
    ]
    rows.extend(f"{word(name)} reported no usage ×{count}" for name, count in sorted(silent.items()))
    return "\n".join(map(redact, rows)) or _NOTHING


def explain_usage(stored: str, received: str) -> list[str]:
    """Say which counts differ: `input_tokens of 'openai/gpt-4o': 32 → 40`."""
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

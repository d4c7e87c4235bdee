"""Usage as it is committed: one count a line."""

from __future__ import annotations

import fnmatch
from collections import Counter
from collections.abc import Iterable

from pytest_traces.drawing.text import word
from pytest_traces.model.usage import Usage


def usage_text(usage: Usage, ignore: Iterable[str] = ()) -> str:
    """Return the counts of a trace, sorted by name; money is left out, prices change by themselves.

    `ignore` takes globs over the names drawn, as in `*:input_tokens`.
    """
    skipped = [ignore] if isinstance(ignore, str) else list(ignore)
    counts = {name: count for name, count in usage.flat().items() if not name.endswith(":cost_usd")}
    silent = Counter(usage.unreported)
    rows = [
        f"{name} = {count}"
        for name, count in sorted(counts.items())
        if not any(fnmatch.fnmatchcase(name, glob) for glob in skipped)
    ]
    rows.extend(f"{word(name)} reported no usage ×{count}" for name, count in sorted(silent.items()))
    return "\n".join(rows) or "nothing was counted"

"""What is nested deeper than trees are indented: a snapshot tells its size and a digest, so no change is hidden."""

from __future__ import annotations

import re
from collections.abc import Sequence
from hashlib import blake2b

from pytest_traces.drawing.text import json_line

_IS_DEEP = re.compile(r"([│ ]*)[├└]─ \(\d+ deep\) ")


def fold_depths(drawn: str) -> str:
    """Let one line stand for all neighbouring spans of a drawn tree that are too deep."""
    if " deep) " not in drawn:
        return drawn
    rows: list[str] = []
    deep: list[str] = []
    for row in [*drawn.split("\n"), ""]:
        if _IS_DEEP.match(row):
            deep.append(row)
            continue
        if deep:
            rows.append(_told(deep))
            deep = []
        rows.append(row)
    return "\n".join(rows[:-1])


def _told(rows: Sequence[str]) -> str:
    found = _IS_DEEP.match(rows[0])
    assert found is not None, "unreachable because only deep rows are gathered"
    return f"{found[1]}└─ {deeper(len(rows), rows)}"


def deeper(spans: int, rows: Sequence[str]) -> str:
    """Return the line that stands for the rows of some spans; it reads as that of a span does.

    >>> deeper(2, ["└─ tool a", "   └─ tool b"])
    '… deeper {"digest": "0f168f48", "spans": 2}'
    """
    digest = blake2b("\n".join(rows).encode("utf-8", "backslashreplace"), digest_size=4).hexdigest()
    return f"… deeper {json_line({'spans': spans, 'digest': digest})}"

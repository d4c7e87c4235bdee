"""Validates the spans, usages and values of a file: an ignored mistake could let an assertion pass."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from math import isfinite
from typing import Any

from pydantic import ValidationError

from pytest_traces.conventions.lookup import MAX_COUNT
from pytest_traces.formats.document import Malformed
from pytest_traces.model.consumption.model_usage import UNITS
from pytest_traces.model.consumption.usage import Usage
from pytest_traces.model.span import SpanData
from pytest_traces.wording import nearest

MAX_DEPTH = 100
"""Greatest depth of a value in a file; captured values are cut at depth 61 and may be inside others."""

_MISSPELT = 0.9  # `input_token` and `inptu_tokens` are misspelt; `input_audio_tokens` is another unit


def checked_span(fields: Mapping[str, Any], line: int) -> SpanData:
    """Validate the fields of a span; a missing path is derived later."""
    try:
        span = SpanData.model_validate({"path": "", **fields})
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        what = f"span {fields.get('name')!r}: {where} is {first['input']!r:.80}, {first['msg']}"
        raise Malformed(what, line=line) from None
    ran = f"span {span.name!r} ran from {span.t0} to {span.t1}"
    if not isfinite(span.t0) or not isfinite(span.t1 or 0.0):
        raise Malformed(f"{ran}, expected Unix milliseconds", line=line)
    if span.t1 is not None and span.t1 < span.t0:
        raise Malformed(f"{ran}: it ended before it started", line=line)
    for what in ("input", "output", "metadata", "attributes"):
        refuse_deep(getattr(span, what), f"span {span.name!r}: {what}", line)
    return span


def checked_own_span(fields: Mapping[str, Any], line: int) -> SpanData:
    """Validate a span of our own format: status, error and end contradict each other only after an edit."""
    span = checked_span(fields, line)
    if span.status != "running" and span.t1 is None:
        what = f"status is {span.status!r}, but t1, its end, is missing"
    elif span.status == "running" and span.t1 is not None:
        what = f"status is 'running', but it ended: t1 is {span.t1}"
    elif span.status == "success" and span.error is not None:
        what = f"status is 'success', but it has the error {str(span.error)!r:.80}"
    else:
        return span
    raise Malformed(f"span {span.name!r}: {what}", line=line, hint="record the trace again, or make both agree")


def checked_usage(flat: Any, name: object) -> Usage:
    """Read the flat form of a usage; refuse a misspelt unit."""
    if flat is None:
        return Usage()
    if not isinstance(flat, dict) or not all(type(count) in (int, float) for count in flat.values()):
        raise Malformed(f"usage is {flat!r:.80}, expected counts by name")
    for key, count in flat.items():
        model, _, unit = key.rpartition(":")
        if model and unit not in UNITS and get_close_matches(unit, UNITS, n=1, cutoff=_MISSPELT):
            hint = f"known are {', '.join(UNITS)}"
            raise Malformed(f"unknown unit {unit!r} of the usage of span {name!r}{nearest(unit, UNITS)}", hint=hint)
        is_cost = unit == "cost_usd"
        if not (0 if unit in UNITS else -MAX_COUNT) <= count < MAX_COUNT or not (is_cost or count == int(count)):
            raise Malformed(f"{key} of span {name!r} is {_short(count)}, expected a {'cost' if is_cost else 'count'}")
    return Usage.from_flat(flat)


def _short(number: float) -> str:
    return str(number) if abs(number) < MAX_COUNT else f"{number:.3e}" if isinstance(number, float) else "too large"


def refuse_deep(value: Any, what: str, line: int) -> None:
    """Refuse a value that is nested too deeply to be drawn or compared; recordings cut such values."""
    level, depth = [value], 0
    while level := [item for item in level if isinstance(item, (dict, list))]:
        depth += 1
        if depth > MAX_DEPTH:
            hint = "recorded values are never nested that deep; leave the value out of the file"
            raise Malformed(f"{what} is nested more than {MAX_DEPTH} levels deep", line=line, hint=hint)
        level = [item for holder in level for item in (holder.values() if isinstance(holder, dict) else holder)]

"""The span tree as it is committed: one span a line, without values that change from run to run."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from pytest_traces.analysis.health.retries import attempts
from pytest_traces.drawing.text import error_word, word
from pytest_traces.drawing.tree import draw_tree
from pytest_traces.model.span import SpanData, SpanError
from pytest_traces.model.tree import SpanTree
from pytest_traces.model.words.span_types import SHOWS_VALUES
from pytest_traces.model.words.status import STATUSES, span_status
from pytest_traces.redaction.masking import redact
from pytest_traces.snapshots.normalising.masks import Masks
from pytest_traces.snapshots.normalising.scrubber import Scrubber
from pytest_traces.snapshots.normalising.trace_ids import settled
from pytest_traces.snapshots.text.lines import HEAD, Parts, part_of, span_fields
from pytest_traces.snapshots.writing.depths import fold_depths
from pytest_traces.snapshots.writing.form import TODAY, Form
from pytest_traces.snapshots.writing.values import Scrub, Write, committable, render

_UNDRAWN = frozenset({span_status("success")})
"""The status that a line does not show."""
_STATUSES = frozenset({None, *(part_of("status", status) for status in STATUSES)})
"""What a line holds of a status for which no mask stands in."""


def span_tree_text(tree: SpanTree, masks: Masks, scrubber: Scrubber, form: Form = TODAY) -> str:
    """Return the normalised text of a trace."""
    __tracebackhide__ = True
    tried = attempts(tree)
    parts = {
        span.call_id: span_parts(span, masks, scrubber.anonymous, tried.get(span.call_id), write=form.write)
        for span in tree.spans
    }
    drawn_as = {call_id: "".join(said.values()) for call_id, said in parts.items()}
    lines = _without_secrets(drawn_as, parts)

    def line(span: SpanData) -> str:
        return lines[span.call_id]

    if scrubber.finds_nothing_in("\n".join(lines.values())):  # branches and marks around the lines can't change that
        drawn = draw_tree(tree, line)
    else:  # concurrent spans are ordered without their ids; then ids are numbered from top to bottom
        drawn = scrubber(settled(lambda settle: draw_tree(tree, line, settle=settle), scrubber))
    masks.require_kept()
    known = {drawn_as[call_id]: said for call_id, said in parts.items() if _reads_back(drawn_as[call_id], said)}
    return committable(form.lay_out(fold_depths(drawn), span_fields, known))


def _without_secrets(lines: Mapping[str, str], parts: Mapping[str, Parts]) -> Mapping[str, str]:
    """Return lines without secrets; each part is redacted alone, because no secret spans two parts."""
    if redact.finds_nothing_in("\n".join(lines.values())):
        return lines
    clean = cache(redact)  # many spans have the same parts
    return {call_id: "".join(map(clean, said.values())) for call_id, said in parts.items()}


def _reads_back(line: str, parts: Parts) -> bool:
    """Tell quickly whether a line surely reads back as these parts: all of them are JSON, and no mask is its status."""
    is_json = "nan" not in line and "inf" not in line and "error" not in parts and "attempt" not in parts
    return is_json and parts.get("status") in _STATUSES


def span_parts(
    span: SpanData, masks: Masks, scrub: Scrub, attempt: int | None = None, *, write: Write = render
) -> Parts:
    """Return the parts of one span's line."""
    values = masks.fields(span.name, _values(span, masks, attempt))
    parts = {HEAD: f"{word(span.type)} {word(span.name)}"}
    attempt = values.pop("attempt", None)
    for field, value in values.items():
        if field == "error":
            parts[field] = part_of(field, error_text(value, scrub))
        else:
            parts[field] = part_of(field, str(value) if field == "status" else write(value, scrub))
    if span.acted:
        parts["acted"] = part_of("acted", span.acted)
    if attempt is not None:
        parts["attempt"] = part_of("attempt", str(attempt))
    return parts


def _values(span: SpanData, masks: Masks, attempt: int | None) -> dict[str, Any]:
    values: dict[str, Any] = {}
    shown = span.type in SHOWS_VALUES
    if span.input is not None and (shown or "input" in masks.included):
        values["input"] = span.input
    if span.output is not None and (shown or "output" in masks.included):
        values["output"] = span.output
    if span.error is not None:
        values["error"] = span.error.model_dump(include={"type", "message"})
    if span.status not in _UNDRAWN and not (span.status == "error" and span.error is not None):
        values["status"] = span.status
    if attempt is not None:
        values["attempt"] = attempt
    for field in ("model", "tags", "metadata", "attributes", "usage") if masks.included else ():
        if field in masks.included:
            value = getattr(span, field)
            plain = span.own_usage.flat() if field == "usage" else list(value) if field == "tags" else value
            if plain:
                values[field] = plain
    return values


def error_text(error: Any, scrub: Scrub) -> str:
    """Return an error as `TimeoutError: late`, in quotes if its message is ambiguous."""
    if isinstance(error, dict):
        error = SpanError(type=error.get("type", "error"), message=error.get("message", ""))
    if not isinstance(error, SpanError):  # a mask stands in for it
        return render(error, scrub)
    return error_word(scrub(str(error)))

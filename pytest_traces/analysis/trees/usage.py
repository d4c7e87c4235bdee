"""Usage in a tree: each model call counts once, and each span gets the sum over its descendants."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pytest_traces.analysis.model_calls import Around, calls_around, outer_calls
from pytest_traces.model.building import trusted
from pytest_traces.model.consumption.model_usage import ModelUsage, settle_total
from pytest_traces.model.consumption.usage import Usage
from pytest_traces.model.words.compared import Keys
from pytest_traces.model.words.span_types import MODEL_CALLS

NOTHING = Usage()
_MAY_HAVE_USED_NOTHING = frozenset({"error", "blocked"})
_NEVER_EMBEDDED = ("output_tokens", "cached_input_tokens", "cache_creation_input_tokens", "reasoning_tokens")

Fields = Mapping[str, Any]
"""The fields of a span; `usage` leaves descendants out."""


def count_once(ordered: Sequence[Fields]) -> dict[str, Usage]:
    """Return the own usage of each span by call id, parents before children.

    The outermost report of a model call counts; units missing there come from the reports of its attempts. A call that
    did not fail is unreported if no report covers it: its own, an outer call's or an inner span's.
    """
    if not any(fields["usage"] is not None or fields["type"] in MODEL_CALLS for fields in ordered):
        return {}
    around = calls_around((fields["call_id"], fields["parent_call_id"], fields["type"]) for fields in ordered)
    reports = {fields["call_id"]: fields for fields in ordered if is_report(fields["usage"])}
    own = _counted(ordered, reports, around)
    covered = set(reports).union(*(_covered_by(fields, around) for fields in reports.values()))
    for fields in ordered:
        call_id, type = fields["call_id"], fields["type"]
        is_silent = type in MODEL_CALLS and fields["status"] not in _MAY_HAVE_USED_NOTHING and call_id not in covered
        if is_silent and _reporting_call(fields, reports, around) is None:
            own[call_id] = own.get(call_id, NOTHING) + Usage(unreported=(fields["name"],))
    return own


def is_report(usage: Usage | None) -> bool:
    """Return whether a usage holds counts of a model."""
    if usage is None:
        return False
    return any(used.reported for used in usage.by_model.values()) if usage.by_model else False


def sum_descendants(ordered: Sequence[Fields], own: Mapping[str, Usage]) -> dict[str, Usage]:
    """Return the usage of each span with its descendants, by call id."""
    if not own:
        return {}
    parts: dict[str, list[Usage]] = {call_id: [usage] for call_id, usage in own.items()}
    used: dict[str, Usage] = {}
    for fields in reversed(ordered):  # children start after their parents
        mine = parts.get(fields["call_id"])
        if mine is not None:
            total = used[fields["call_id"]] = mine[0] if len(mine) == 1 else Usage.total(mine)
            if fields["parent_call_id"] is not None:
                parts.setdefault(fields["parent_call_id"], []).append(total)
    return used


def _counted(
    ordered: Sequence[Fields], reports: Mapping[str, Fields], around: Mapping[str, Around]
) -> dict[str, Usage]:
    """Return what each span adds to the sums above it."""
    counted: dict[str, Usage] = {}
    attempts: dict[str, list[ModelUsage]] = {}
    for fields in reversed(ordered):  # the attempts come before the call that they complete
        usage: Usage | None = fields["usage"]
        call_id = fields["call_id"]
        if usage is None:
            continue
        if call_id not in reports or fields["type"] not in MODEL_CALLS:
            counted[call_id] = usage
            continue
        by_model = _completed(fields["type"], usage.by_model, attempts.pop(call_id, ()))
        outer = _reporting_call(fields, reports, around) if call_id in around else None
        if outer is None and by_model is usage.by_model:
            counted[call_id] = usage
            continue
        if outer is None:
            whole = {"by_model": Keys(by_model), "counters": usage.counters, "unreported": usage.unreported}
            counted[call_id] = trusted(Usage, whole)
            continue
        attempts.setdefault(outer, []).extend(by_model.values())
        if usage.counters:
            counted[call_id] = Usage(counters=usage.counters)
    return counted


def _completed(
    type: str, by_model: Mapping[str, ModelUsage], attempts: Sequence[ModelUsage]
) -> Mapping[str, ModelUsage]:
    """Return the report of a call, with units that follow from its type or its attempts."""
    if type == "embedding":
        return {name: _of_embedding(used) for name, used in by_model.items()}
    if not attempts or len(by_model) != 1:  # it is unknown which of several models an attempt called
        return by_model
    [(name, used)] = by_model.items()
    return {name: used.completed_by(attempts)}


def _of_embedding(used: ModelUsage) -> ModelUsage:
    """Set units that no provider reports of an embedding to 0: it writes no tokens and has no cache."""
    never = {unit: 0 for unit in _NEVER_EMBEDDED if getattr(used, unit) is None}
    return trusted(ModelUsage, settle_total({**used.__dict__, **never})) if never else used


def _reporting_call(fields: Fields, reports: Mapping[str, Fields], around: Mapping[str, Around]) -> str | None:
    """Return the nearest call with a report that a model call is an attempt of."""
    outer = outer_calls(fields["call_id"], fields["type"], around)
    return next((call_id for call_id in outer if call_id in reports), None)


def _covered_by(fields: Fields, around: Mapping[str, Around]) -> Iterable[str]:
    """Return the calls that a report covers: the reporting span is part of them."""
    call_id, type = fields["call_id"], fields["type"]
    kinds = (type,) if type in MODEL_CALLS else MODEL_CALLS
    return [outer for kind in kinds for outer in outer_calls(call_id, kind, around)]

"""Usage of one model: token counts, requests and cost, each known, partly known or unknown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pydantic import ConfigDict, Field, model_validator

from pytest_traces.model.building import trusted
from pytest_traces.model.words.compared import Compared

TOKEN_UNITS = (
    "input_tokens",
    "output_tokens",
    "cached_input_tokens",
    "cache_creation_input_tokens",
    "reasoning_tokens",
)

UNITS = (*TOKEN_UNITS, "total_tokens", "requests", "cost_usd")
"""The units with a field of their own; other reported units are in `other`."""

_UNKNOWN: Mapping[str, None] = dict.fromkeys(UNITS)
_NOTHING: Mapping[str, int] = {}


class ModelUsage(Compared):
    """Usage of one model in one call or several. A unit that no call reported is `None`, never 0."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    instead = "its counts"

    input_tokens: int | None = None
    """Tokens read, including those from a cache."""
    output_tokens: int | None = None
    """Tokens written, including reasoning."""
    cached_input_tokens: int | None = None
    """Part of `input_tokens` that was served from a cache."""
    cache_creation_input_tokens: int | None = None
    """Part of `input_tokens` that was written to a cache."""
    reasoning_tokens: int | None = None
    """Part of `output_tokens` spent on reasoning."""
    total_tokens: int | None = None
    """Input and output tokens together; some models report only this."""
    requests: int | None = None
    """Number of calls to the model."""
    cost_usd: float | None = None
    """Cost of the calls in US dollars."""
    other: Mapping[str, int] = Field(default_factory=dict)
    """Further units by their own name, as in `{"input_audio_tokens": 12}`."""
    unreported: Mapping[str, int] = Field(default_factory=dict)
    """How many calls did not report a unit, as in `{"output_tokens": 1}`; the unit then sums the other calls."""

    @model_validator(mode="before")
    @classmethod
    def _settle_total(cls, given: Any) -> Any:
        return settle_total(dict(given)) if isinstance(given, Mapping) else given

    @property
    def least_tokens(self) -> int:
        """The tokens that were reported; the true number may be larger."""
        return self.total_tokens if self.total_tokens is not None else (self.input_tokens or self.output_tokens or 0)

    def missing(self, unit: str) -> int:
        """Return how many calls did not report a unit; the cost of a call without tokens is 0 and known."""
        if unit in self.unreported:
            return self.unreported[unit]
        if getattr(self, unit) is not None:
            return 0
        return 0 if unit == "cost_usd" and self.total_tokens == 0 else 1

    @property
    def reported(self) -> bool:
        """Whether any unit was reported."""
        if self.input_tokens is not None:  # the units that most calls report
            return True
        return bool(self.other) or any(getattr(self, unit) is not None for unit in UNITS)

    def __repr__(self) -> str:
        """Return the known units on one line."""
        told = [f"{self.input_tokens:,} in"] if self.input_tokens is not None else []
        told += [f"{self.output_tokens:,} out"] if self.output_tokens is not None else []
        if not told and self.total_tokens is not None:
            told = [f"{self.total_tokens:,} tokens"]
        told += [f"${self.cost_usd:g}"] if self.cost_usd is not None else []
        return ", ".join(told) or "nothing reported"

    __str__ = __repr__

    def __add__(self, more: ModelUsage) -> ModelUsage:
        return ModelUsage.total([self, more])

    @classmethod
    def of_call(cls, counts: Mapping[str, Any]) -> ModelUsage:
        """Return the usage of one call; the counts are valid already and are not checked again."""
        return trusted(cls, settle_total({**_UNKNOWN, "other": {}, "unreported": {}, **counts}))

    @classmethod
    def total(cls, calls: Sequence[ModelUsage]) -> ModelUsage:
        """Return the sum of several calls; `unreported` counts the calls that left out a unit."""
        if len(calls) == 1:
            return calls[0]
        sums: dict[str, Any] = {}
        unreported: dict[str, int] = {}
        fields = [call.__dict__ for call in calls]
        is_partial = any(each["unreported"] for each in fields)
        for unit in UNITS:
            known = [count for each in fields if (count := each[unit]) is not None]
            sums[unit] = sum(known) if known else None
            missing = 0
            if is_partial or (known and len(known) < len(calls)) or unit == "cost_usd":
                missing = sum(call.missing(unit) for call in calls)
            elif not known:
                missing = len(calls)
            if missing:
                unreported[unit] = missing
        return trusted(cls, {**sums, "other": sum_counts(call.other for call in calls), "unreported": unreported})

    @classmethod
    def merged(cls, parts: Sequence[ModelUsage]) -> ModelUsage:
        """Return the usage of one call whose report came in parts; a unit that any part reports is known."""
        if len(parts) == 1:
            return parts[0]
        known = {unit: [n for part in parts if (n := getattr(part, unit)) is not None] for unit in UNITS}
        sums = {unit: sum(counts) if counts else None for unit, counts in known.items() if unit != "total_tokens"}
        fields = settle_total({"total_tokens": max(known["total_tokens"], default=None), **sums})
        return trusted(cls, {**fields, "other": sum_counts(part.other for part in parts), "unreported": _NOTHING})

    def completed_by(self, attempts: Sequence[ModelUsage]) -> ModelUsage:
        """Return this usage of a call, completed by units that each of its attempts reported."""
        if not attempts:
            return self
        below = ModelUsage.total(attempts)
        left_out = [unit for unit in UNITS if getattr(self, unit) is None and not below.missing(unit)]
        taken = {unit: getattr(below, unit) for unit in left_out}
        return trusted(ModelUsage, settle_total({**self.__dict__, **taken, "other": {**below.other, **self.other}}))


def settle_total(fields: dict[str, Any]) -> dict[str, Any]:
    """Complete the fields of one call: each of input, output and total tokens follows from the other two."""
    read, written, total = (fields.get(unit) for unit in ("input_tokens", "output_tokens", "total_tokens"))
    if isinstance(read, int) and isinstance(written, int):
        fields["total_tokens"] = read + written
    elif isinstance(read, int) and isinstance(total, int) and total >= read:
        fields["output_tokens"] = total - read
    elif isinstance(written, int) and isinstance(total, int) and total >= written:
        fields["input_tokens"] = total - written
    return fields


def sum_counts(parts: Iterable[Mapping[str, int]]) -> dict[str, int]:
    """Add up counters by name."""
    counts: dict[str, int] = {}
    for part in parts:
        for name, amount in part.items():
            counts[name] = counts.get(name, 0) + amount
    return counts

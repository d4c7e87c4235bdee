"""What a program consumed: tokens and money per model, and whatever else was counted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from pytest_traces.errors import UsageNotRecorded
from pytest_traces.model.building import trusted
from pytest_traces.wording import count

TOKEN_UNITS = (
    "input_tokens",
    "output_tokens",
    "cached_input_tokens",
    "cache_creation_input_tokens",
    "reasoning_tokens",
)

_COUNTED = (*TOKEN_UNITS, "requests")

NONE_REPORTED = "no model call reported any usage"


class ModelUsage(BaseModel):
    """What one model was used for."""

    model_config = ConfigDict(frozen=True)

    input_tokens: int = 0
    """Tokens read, those from a cache included."""
    output_tokens: int = 0
    """Tokens written, reasoning included."""
    cached_input_tokens: int = 0
    """Part of `input_tokens` that was served from a cache."""
    cache_creation_input_tokens: int = 0
    """Part of `input_tokens` that was written to a cache."""
    reasoning_tokens: int = 0
    """Part of `output_tokens` spent on reasoning."""
    requests: int = 0
    """Calls to the model."""
    cost_usd: float | None = None
    """What the calls cost in US dollars; `None` where nobody said."""
    other: Mapping[str, int] = Field(default_factory=dict)
    """Further units by their own name, as in `{"input_audio_tokens": 12}`."""

    @property
    def total_tokens(self) -> int:
        """Input and output tokens together."""
        return self.input_tokens + self.output_tokens

    def __add__(self, more: ModelUsage) -> ModelUsage:
        return ModelUsage.total([self, more])

    @classmethod
    def total(cls, parts: Sequence[ModelUsage]) -> ModelUsage:
        """Return the sum of several; its cost is unknown where that of one that used tokens is."""
        sums: dict[str, Any] = {unit: sum([getattr(part, unit) for part in parts]) for unit in _COUNTED}
        costs = [part.cost_usd for part in parts if part.cost_usd is not None]
        unpriced = any(part.cost_usd is None and part.total_tokens for part in parts)
        sums["cost_usd"] = sum(costs) if costs and not unpriced else None
        return trusted(cls, {**sums, "other": _sum_counts(part.other for part in parts)})


class Usage(BaseModel):
    """Tokens, requests and cost, per model and summed, and other counters.

    >>> usage = Usage.from_flat({"openai/gpt-4o-mini:input_tokens": 32, "openai/gpt-4o-mini:output_tokens": 10})
    >>> usage.total_tokens
    42
    >>> usage.flat()
    {'openai/gpt-4o-mini:input_tokens': 32, 'openai/gpt-4o-mini:output_tokens': 10}

    A sum raises `UsageNotRecorded` where a model call reported nothing, or none is known: unknown is not zero.
    """

    model_config = ConfigDict(frozen=True)

    by_model: Mapping[str, ModelUsage] = Field(default_factory=dict)
    """Usage by model, as in `{"openai/gpt-4o-mini": ModelUsage(input_tokens=32)}`."""
    counters: Mapping[str, int] = Field(default_factory=dict)
    """Everything else that was counted, as in `{"rows_read": 7}`."""
    unreported: tuple[str, ...] = ()
    """Names of model calls that reported no usage, those that failed left out: they may have used nothing."""

    @property
    def input_tokens(self) -> int:
        """Tokens read by all models, those from a cache included."""
        return self._sum("input_tokens")

    @property
    def output_tokens(self) -> int:
        """Tokens written by all models, reasoning included."""
        return self._sum("output_tokens")

    @property
    def total_tokens(self) -> int:
        """Input and output tokens of all models."""
        return self._sum("total_tokens")

    @property
    def cached_input_tokens(self) -> int:
        """Tokens served from a cache."""
        return self._sum("cached_input_tokens")

    @property
    def cache_creation_input_tokens(self) -> int:
        """Tokens written to a cache."""
        return self._sum("cache_creation_input_tokens")

    @property
    def reasoning_tokens(self) -> int:
        """Tokens spent on reasoning."""
        return self._sum("reasoning_tokens")

    @property
    def requests(self) -> int:
        """Calls to all models."""
        return self._sum("requests")

    @property
    def cost_usd(self) -> float:
        """Cost of all models in US dollars; raises `UsageNotRecorded` where one has no known price."""
        self._require_reports("cost_usd")
        unpriced = [name for name, used in self.by_model.items() if used.cost_usd is None]
        if unpriced:
            raise UsageNotRecorded(f"expected a cost in usd of every model, none is known for {unpriced[0]!r}")
        return sum(used.cost_usd or 0.0 for used in self.by_model.values())

    def __getitem__(self, counter: str) -> int:
        """Return a counter by name; raises `KeyError` where it was never counted."""
        return self.counters[counter]

    def __bool__(self) -> bool:
        return bool(self.by_model or self.counters)

    def __add__(self, more: Usage) -> Usage:
        return Usage.total([self, more])

    @classmethod
    def total(cls, parts: Iterable[Usage]) -> Usage:
        """Return the sum of several usages."""
        summed = list(parts)
        by_model: dict[str, list[ModelUsage]] = {}
        for part in summed:
            for name, used in part.by_model.items():
                by_model.setdefault(name, []).append(used)
        fields = {
            "by_model": {
                name: used[0] if len(used) == 1 else ModelUsage.total(used) for name, used in by_model.items()
            },
            "counters": _sum_counts(part.counters for part in summed),
            "unreported": tuple(name for part in summed for name in part.unreported),
        }
        return trusted(cls, fields)

    @classmethod
    def from_flat(cls, flat: Mapping[str, int | float]) -> Usage:
        """Read the flat form `{"openai/gpt-4o-mini:input_tokens": 32, "rows_read": 7}`.

        A key is a model's when its name holds a slash, or counts tokens or cost here or in another key.
        """
        models: dict[str, dict[str, Any]] = {}
        counters: dict[str, int] = {}
        pairs = [key.rpartition(":")[::2] for key in flat]
        named = {name for name, unit in pairs if "/" in name or unit.endswith("_tokens") or unit == "cost_usd"} - {""}
        for (key, amount), (name, unit) in zip(flat.items(), pairs, strict=True):
            if name in named:
                used = models.setdefault(name, {"other": {}})
                place = used if unit in ModelUsage.model_fields and unit != "other" else used["other"]
                place[unit] = amount
            else:
                counters[key] = int(amount)
        return cls(by_model={name: ModelUsage(**used) for name, used in models.items()}, counters=counters)

    def flat(self) -> dict[str, int | float]:
        """Return the flat form `{"openai/gpt-4o-mini:input_tokens": 32}`.

        What is zero is left out, but a model that reported nothing else keeps its `input_tokens`.
        """
        flat: dict[str, int | float] = {}
        for name, used in self.by_model.items():
            units = {unit: getattr(used, unit) for unit in (*TOKEN_UNITS, "requests", "cost_usd")} | dict(used.other)
            said = {f"{name}:{unit}": number for unit, number in units.items() if number}
            flat.update(said or {f"{name}:input_tokens": 0})
        return flat | dict(self.counters)

    def _sum(self, unit: str) -> int:
        self._require_reports(unit)
        return sum(getattr(used, unit) for used in self.by_model.values())

    def _require_reports(self, unit: str) -> None:
        if self.by_model and not self.unreported:
            return
        calls = count(len(self.unreported), "model call")
        said = f"{calls} reported no usage: {', '.join(self.unreported)}" if self.unreported else NONE_REPORTED
        raise UsageNotRecorded(
            f"expected {unit} of every model call, {said}",
            hint="unknown is not zero; `usage.by_model` holds what was reported",
        )


def _sum_counts(parts: Iterable[Mapping[str, int]]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for part in parts:
        for name, amount in part.items():
            counts[name] = counts.get(name, 0) + amount
    return counts

"""The consumption of a program: tokens and cost per model, and other counters."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Any

from pydantic import AfterValidator, ConfigDict, Field, PrivateAttr, model_validator

from pytest_traces.errors import UsageNotRecorded
from pytest_traces.model.building import trusted
from pytest_traces.model.consumption.cost import Cost
from pytest_traces.model.consumption.model_usage import UNITS, ModelUsage, sum_counts
from pytest_traces.model.words.compared import Compared, Keys
from pytest_traces.prices import hint
from pytest_traces.redaction.masking import redact
from pytest_traces.wording import count

_SHOWN = 3  # models in the `repr`
NONE_REPORTED = "no model call reported any usage"


class Usage(Compared):
    """Tokens, requests and cost, per model and summed, and other counters.

    >>> usage = Usage.from_flat({"openai/gpt-4o-mini:input_tokens": 32, "openai/gpt-4o-mini:output_tokens": 10})
    >>> usage.total_tokens
    42
    >>> usage.flat()
    {'openai/gpt-4o-mini:input_tokens': 32, 'openai/gpt-4o-mini:output_tokens': 10}

    A sum raises `UsageNotRecorded` if a model call did not report it, or if no model was called: unknown is not zero.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    instead = "its counts, `usage.by_model` or `usage.counters`"

    by_model: Annotated[Mapping[str, ModelUsage], AfterValidator(Keys)] = Field(default_factory=Keys)
    """Usage by model, as in `{"openai/gpt-4o-mini": ModelUsage(input_tokens=32)}`."""
    counters: Annotated[Mapping[str, int], AfterValidator(Keys)] = Field(default_factory=Keys)
    """All other counters, as in `{"rows_read": 7}`."""
    unreported: tuple[str, ...] = ()
    """Names of model calls that reported no usage; failed calls are left out, because they may have used no tokens."""

    _parts: Sequence[Usage] = PrivateAttr(())
    """The usages that this is the sum of."""

    @model_validator(mode="before")
    @classmethod
    def _read_flat(cls, given: Any) -> Any:
        """Accept the flat form of document 000 too: its values are numbers, those of the fields are not."""
        is_flat = isinstance(given, Mapping) and any(isinstance(value, int | float) for value in given.values())
        return cls.from_flat(given).__dict__ if is_flat else given

    @property
    def input_tokens(self) -> int:
        """Tokens read by all models, including those from a cache."""
        return int(self._sum("input_tokens"))

    @property
    def output_tokens(self) -> int:
        """Tokens written by all models, including reasoning."""
        return int(self._sum("output_tokens"))

    @property
    def total_tokens(self) -> int:
        """Input and output tokens of all models."""
        return int(self._sum("total_tokens"))

    @property
    def cached_input_tokens(self) -> int:
        """Tokens served from a cache."""
        return int(self._sum("cached_input_tokens"))

    @property
    def cache_creation_input_tokens(self) -> int:
        """Tokens written to a cache."""
        return int(self._sum("cache_creation_input_tokens"))

    @property
    def reasoning_tokens(self) -> int:
        """Tokens spent on reasoning."""
        return int(self._sum("reasoning_tokens"))

    @property
    def requests(self) -> int:
        """Number of calls to all models."""
        return int(self._sum("requests"))

    @property
    def cost_usd(self) -> float:
        """Cost of all models in US dollars: as reported, else by the price list of the extra `cost`."""
        cost = self.cost
        if cost.silent or not self.by_model:
            self.require_reported("cost_usd")
        for name, unit in cost.uncounted:
            Usage(by_model={name: self.by_model[name]}).require_reported(unit)
        if cost.unpriced:
            raise UsageNotRecorded(f"no price is known for {_named(cost.unpriced)}", hint=hint())
        return float(cost.usd)

    @property
    def cost(self) -> Cost:
        """The cost and its unknown parts; each call is priced by itself: prices depend on the length of its input."""
        cost = Cost()
        waiting: list[Usage] = [self]
        while waiting:
            one = waiting.pop()
            private = one.__pydantic_private__
            if private is not None and private["_parts"]:
                waiting.extend(reversed(private["_parts"]))
                continue
            cost.silent += len(one.unreported)
            for name, used in one.by_model.items():
                cost.add(name, used)
        return cost

    def __getitem__(self, counter: str) -> int:
        """Return a counter by name; raises `KeyError` if it was never counted."""
        __tracebackhide__ = True
        return self.counters[counter]

    def __eq__(self, other: object) -> bool:
        return self.__dict__ == other.__dict__ if isinstance(other, Usage) else super().__eq__(other)

    __hash__ = None  # type: ignore[assignment]

    def __bool__(self) -> bool:
        return bool(self.by_model or self.counters)

    def __repr__(self) -> str:
        """Return one line: a failed plain `assert` shows it."""
        models = [f"{name} {used!r}" for name, used in self.by_model.items()]
        counters = [f"{name} {amount:,}" for name, amount in self.counters.items()]
        silent = [f"{count(len(self.unreported), 'call')} unreported"] * bool(self.unreported)
        told = [*models[:_SHOWN], *([f"… {len(models) - _SHOWN} more"] if len(models) > _SHOWN else []), *counters]
        return redact(f"<usage: {'; '.join([*told, *silent]) or 'nothing was counted'}>")

    __str__ = __repr__

    def __add__(self, more: Usage) -> Usage:
        return Usage.total([self, more])

    @classmethod
    def of_call(cls, model: str, used: ModelUsage) -> Usage:
        """Return the usage of one call of a model; it is valid already and is not checked again."""
        return trusted(cls, {"by_model": Keys({model: used}), "counters": Keys(), "unreported": ()}, {"_parts": ()})

    @classmethod
    def total(cls, parts: Iterable[Usage]) -> Usage:
        """Return the sum of the usages of several calls."""
        calls = list(parts)
        return _joined(calls, merge=False, parts=calls)

    @classmethod
    def merged(cls, parts: Iterable[Usage]) -> Usage:
        """Return the usage of one call whose report came in parts."""
        return _joined(list(parts), merge=True)

    @classmethod
    def from_flat(cls, flat: Mapping[str, int | float]) -> Usage:
        """Read the flat form `{"openai/gpt-4o-mini:input_tokens": 32, "rows_read": 7}`.

        The name before a colon is a model if it holds a slash. It is also one if any of its keys counts tokens or cost.
        """
        models: dict[str, dict[str, Any]] = {}
        counters: dict[str, int] = {}
        pairs = [key.rpartition(":")[::2] for key in flat]
        named = {name for name, unit in pairs if "/" in name or unit.endswith("_tokens") or unit == "cost_usd"} - {""}
        for (key, amount), (name, unit) in zip(flat.items(), pairs, strict=True):
            if name in named:
                used = models.setdefault(name, {"other": {}})
                place = used if unit in UNITS else used["other"]
                place[unit] = amount
            else:
                counters[key] = int(amount)
        return cls(by_model={name: ModelUsage(**used) for name, used in models.items()}, counters=counters)

    def flat(self) -> dict[str, int | float]:
        """Return the flat form `{"openai/gpt-4o-mini:input_tokens": 32}`: all reported counts, zeros included.

        `total_tokens` is included only if it does not follow from the other counts.
        """
        flat: dict[str, int | float] = {}
        for name, used in self.by_model.items():
            units = {unit: getattr(used, unit) for unit in UNITS} | dict(used.other)
            if used.input_tokens is not None and used.output_tokens is not None:
                del units["total_tokens"]
            flat.update({f"{name}:{unit}": amount for unit, amount in units.items() if amount is not None})
        return flat | dict(self.counters)

    def require_reported(self, unit: str) -> None:
        """Raise `UsageNotRecorded` if a model call did not report a unit, or if no model was called."""
        why = self.why_unknown(unit)
        if why is not None:
            raise UsageNotRecorded(
                f"expected {unit} of every model call, {why}",
                hint="unknown is not zero; `usage.by_model` holds what was reported",
            )

    def why_unknown(self, unit: str) -> str | None:
        """Return which model calls left out a unit, as `1 model call of 'gpt-4o' reported no output_tokens`."""
        if self.unreported:
            calls = count(len(self.unreported), "model call")
            return f"{calls} reported no usage: {_named(self.unreported)}"
        if not self.by_model:
            return NONE_REPORTED
        missing = {name: left_out for name, used in self.by_model.items() if (left_out := used.missing(unit))}
        if not missing:
            return None
        return f"{count(sum(missing.values()), 'model call')} of {_named(missing)} reported no {unit}"

    def _sum(self, unit: str) -> float:
        self.require_reported(unit)
        return sum(getattr(used, unit) or 0 for used in self.by_model.values())


def _named(names: Iterable[str]) -> str:
    return ", ".join(map(repr, dict.fromkeys(names)))


def _joined(given: list[Usage], *, merge: bool, parts: Sequence[Usage] = ()) -> Usage:
    by_model: dict[str, list[ModelUsage]] = {}
    for part in given:
        for name, used in part.by_model.items():
            by_model.setdefault(name, []).append(used)
    join = ModelUsage.merged if merge else ModelUsage.total
    fields = {
        "by_model": Keys({name: join(used) for name, used in by_model.items()}),
        "counters": Keys(sum_counts(part.counters for part in given)),
        "unreported": tuple(name for part in given for name in part.unreported),
    }
    return trusted(Usage, fields, {"_parts": parts})

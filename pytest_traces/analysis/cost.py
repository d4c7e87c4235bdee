"""What model calls cost: as reported, else from the price list of `genai-prices`, whose only door this is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import Any

from pytest_traces.errors import UsageNotRecorded
from pytest_traces.model.model_usage import ModelUsage
from pytest_traces.model.usage import Usage

_NEEDED = ("input_tokens", "output_tokens")
_PRICED = (*_NEEDED, "cached_input_tokens", "cache_creation_input_tokens")


@dataclass
class Cost:
    """What some model calls cost, and which of them have no known cost."""

    usd: Decimal = Decimal(0)
    """The known costs together."""
    silent: int = 0
    """Calls that reported no usage."""
    uncounted: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Calls without a cost that left out a count, by model and unit: they have no price."""
    unpriced: Counter[str] = field(default_factory=Counter)
    """Calls of models that the price list does not know, by model."""

    @property
    def unknown(self) -> int:
        """How many calls have no known cost."""
        return self.silent + self.uncounted.total() + self.unpriced.total()

    def add(self, name: str, used: ModelUsage, *, look_up: bool = True) -> None:
        """Add what one call of a model cost; without `look_up` only a reported cost is known."""
        left_out = next((unit for unit in _NEEDED if used.missing(unit)), None)
        if not used.missing("cost_usd"):
            self.usd += Decimal(str(used.cost_usd or 0.0))
        elif left_out is not None:
            self.uncounted[name, left_out] += 1
        elif look_up and (price := _price(name, tuple(getattr(used, unit) for unit in _PRICED))) is not None:
            self.usd += price
        else:
            self.unpriced[name] += 1


def cost_of(calls: Iterable[Usage]) -> Cost:
    """Return what calls cost; each is priced alone, because prices depend on the length of its input."""
    cost = Cost()
    for call in calls:
        cost.silent += len(call.unreported)
        for name, used in call.by_model.items():
            cost.add(name, used)
    return cost


def cost_usd(calls: Iterable[Usage]) -> float:
    """Return what calls cost in US dollars; raises `UsageNotRecorded` if a price or a count is unknown."""
    judged = list(calls)
    cost = cost_of(judged)
    usage = Usage.total(judged)
    if cost.silent or not usage.by_model:
        usage.require_reported("cost_usd")
    for name, unit in cost.uncounted:
        Usage(by_model={name: usage.by_model[name]}).require_reported(unit)
    if cost.unpriced:
        raise UsageNotRecorded(f"no price is known for {', '.join(map(repr, cost.unpriced))}", hint=_hint())
    return float(cost.usd)


@lru_cache(maxsize=4096)  # a look-up takes longer than the record of the whole span
def _price(name: str, counts: tuple[int, int, int | None, int | None]) -> Decimal | None:
    """Look a model up as `provider/model`, where either may have slashes of its own, then by its whole name."""
    try:
        from genai_prices import Usage as Tokens
        from genai_prices import calc_price
    except ImportError:
        return None
    read, written, cached, cache_written = counts
    tokens = Tokens(
        input_tokens=read,
        output_tokens=written,
        cache_read_tokens=cached or None,
        cache_write_tokens=cache_written or None,
    )
    way, _, last = name.rpartition("/")
    first, _, rest = name.partition("/")
    for reference, provider_id in ((last, way or None), (rest, first), (name, None)):
        try:
            price: Any = calc_price(tokens, reference, provider_id=provider_id).total_price
        except LookupError:
            continue
        return Decimal(str(price))
    return None


def _hint() -> str:
    try:
        import genai_prices  # noqa: F401
    except ImportError:
        return "prices come with the extra: pip install 'pytest-traces[cost]'"
    return "an adapter or the program may report the cost itself"

"""The cost of model calls: as reported, else by the price list. The one rule of usage, budgets, report and page."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal

from pytest_traces.errors import TracesError
from pytest_traces.model.consumption.model_usage import ModelUsage
from pytest_traces.prices import Counts, price_of

_NEEDED = ("input_tokens", "output_tokens")


@dataclass(eq=False)
class Cost:
    """The cost of model calls in US dollars, and the calls without a known cost."""

    usd: Decimal = Decimal(0)
    """The sum of the known costs, in US dollars."""
    silent: int = 0
    """Calls that reported no usage."""
    uncounted: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Calls without a cost and without a count that their price needs, by model and unit."""
    unpriced: Counter[str] = field(default_factory=Counter)
    """Calls of models that are not in the price list, by model."""

    def __eq__(self, other: object) -> bool:
        if isinstance(other, (str, int, float, Decimal)):
            raise TracesError(f"{self!r} is not compared with a number, got {other!r}: compare `usage.cost_usd`")
        return vars(self) == vars(other) if isinstance(other, Cost) else NotImplemented

    __hash__ = None  # type: ignore[assignment]  # it is added to

    def __contains__(self, wanted: object) -> bool:
        raise TracesError(f"{self!r} holds no {wanted!r}: ask its fields")

    @property
    def unknown(self) -> int:
        """The number of calls without a known cost."""
        return self.silent + self.uncounted.total() + self.unpriced.total()

    def add(self, name: str, used: ModelUsage, *, look_up: bool = True) -> None:
        """Add the cost of one call of a model; without `look_up` only a reported cost counts."""
        left_out = next((unit for unit in _NEEDED if used.missing(unit)), None)
        if not used.missing("cost_usd"):
            self.usd += Decimal(str(used.cost_usd or 0.0))
        elif left_out is not None:
            self.uncounted[name, left_out] += 1
        elif look_up and (price := price_of(name, _counts(used))) is not None:
            self.usd += price
        else:
            self.unpriced[name] += 1


def _counts(used: ModelUsage) -> Counts:
    cached, written = used.cached_input_tokens, used.cache_creation_input_tokens
    return used.input_tokens or 0, used.output_tokens or 0, cached, written

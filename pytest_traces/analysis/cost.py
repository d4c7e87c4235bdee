"""What model calls cost: as reported, else from the price list of `genai-prices`, whose only door this is."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from pytest_traces.errors import UsageNotRecorded
from pytest_traces.model.usage import ModelUsage, Usage


def cost_usd(usage: Usage) -> float:
    """Return what a usage cost in US dollars; raises `UsageNotRecorded` where a price is unknown: it is not zero."""
    if usage.unreported or not usage.by_model:
        return usage.cost_usd  # raises, naming the calls
    costs = {
        name: used.cost_usd if used.cost_usd is not None else _priced(name, used)
        for name, used in usage.by_model.items()
    }
    unknown = [name for name, cost in costs.items() if cost is None]
    if unknown:
        names = ", ".join(map(repr, unknown))
        raise UsageNotRecorded(f"no price is known for {names}", hint=_hint())
    return float(sum(Decimal(str(cost)) for cost in costs.values()))


def _priced(name: str, used: ModelUsage) -> float | None:
    """Look a model up as `provider/model`, where either may have slashes of its own, then by its whole name."""
    try:
        from genai_prices import Usage as Tokens
        from genai_prices import calc_price
    except ImportError:
        return None
    tokens = Tokens(
        input_tokens=used.input_tokens,
        output_tokens=used.output_tokens,
        cache_read_tokens=used.cached_input_tokens or None,
        cache_write_tokens=used.cache_creation_input_tokens or None,
    )
    way, _, last = name.rpartition("/")
    first, _, rest = name.partition("/")
    for reference, provider_id in ((last, way or None), (rest, first), (name, None)):
        try:
            price: Any = calc_price(tokens, reference, provider_id=provider_id).total_price
        except LookupError:
            continue
        return float(price)
    return None


def _hint() -> str:
    try:
        import genai_prices  # noqa: F401
    except ImportError:
        return "prices come with the extra: pip install 'pytest-traces[cost]'"
    return "an adapter or the program may report the cost itself"

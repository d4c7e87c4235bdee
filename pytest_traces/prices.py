"""Prices of model calls from the price list of `genai-prices`; no other module imports that package."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from importlib.util import find_spec
from typing import Any

Counts = tuple[int, int, int | None, int | None]
"""Tokens read, written, read from a cache and written to it."""


@lru_cache(maxsize=4096)  # a look-up takes longer than the recording of a span
def price_of(name: str, counts: Counts) -> Decimal | None:
    """Return the price of a call in US dollars; `None` if the model is not in the list, or no list is installed.

    A model is looked up as `provider/model`, where either may have slashes of its own, then by its whole name.
    """
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


def hint() -> str:
    """Return the hint of a message about an unknown price."""
    if not is_installed():
        return "prices come with the extra: pip install 'pytest-traces[cost]'"
    return "an adapter or the program may report the cost itself"


def is_installed() -> bool:
    """Return whether a price list is installed."""
    try:
        return find_spec("genai_prices") is not None
    except ValueError:  # a test replaced the module by one without a spec
        return False

"""What a model call costs by the price list of `genai-prices`, whose only door this is."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from importlib.util import find_spec
from typing import Any

Counts = tuple[int, int, int | None, int | None]
"""Tokens read, written, read from a cache and written to it."""


@lru_cache(maxsize=4096)  # a look-up takes longer than the record of the whole span
def price_of(name: str, counts: Counts) -> Decimal | None:
    """Return the price of a call in US dollars; `None` if the list does not know the model, or is not installed.

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
    """Say how a price that is not known becomes known."""
    if not is_installed():
        return "prices come with the extra: pip install 'pytest-traces[cost]'"
    return "an adapter or the program may report the cost itself"


def is_installed() -> bool:
    """Whether there is a price list."""
    try:
        return find_spec("genai_prices") is not None
    except ValueError:  # a test took it away
        return False

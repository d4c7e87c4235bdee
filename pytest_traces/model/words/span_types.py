"""The types of spans that adapters use, and their properties; a program may use types of its own."""

from __future__ import annotations

KNOWN_TYPES = ("action", "agent", "chain", "embedding", "llm", "plan", "retrieval", "tool", "workflow")
"""Types that adapters use."""

MODEL_CALLS = frozenset({"llm", "embedding"})
"""Model calls: the span itself consumes tokens. Usage of agents and workflows repeats that of model calls."""

STEPS = frozenset({"retrieval", "tool"})
"""A model call below such a span counts by itself; it is no attempt of a model call above.

`agent` is left out: Tracium wraps each call of an SDK in a trace, also below the call of a framework.
"""

SHOWS_VALUES = frozenset({"tool", "retrieval"})
"""Types whose input and output are part of a snapshot; those of models need `include=`."""

KNOWN = {type: type for type in KNOWN_TYPES}
"""The known types as a set, for fast look-up."""


def known_type(type: str) -> str:
    """Return the known type for a known word in another case, as `tool` for `Tool`; other types stay as they are."""
    return KNOWN.get(type) or KNOWN.get(type.lower(), type)

"""The types of spans that adapters use, and what follows from each; a program may use types of its own."""

from __future__ import annotations

KNOWN_TYPES = ("action", "agent", "chain", "embedding", "llm", "plan", "retrieval", "tool", "workflow")
"""Types that adapters use."""

MODEL_CALLS = frozenset({"llm", "embedding"})
"""A model is called: the span itself consumes tokens. What agents and workflows report repeats it."""

STEPS = frozenset({"retrieval", "tool"})
"""A model call below such a span is a call of its own, and no attempt of the one above.

`agent` is none: Tracium wraps each call of an SDK in a trace, also below the call of a framework.
"""

SHOWS_VALUES = frozenset({"tool", "retrieval"})
"""Input and output are part of a snapshot; what models say is not, unless `include=` asks for it."""

KNOWN = {type: type for type in KNOWN_TYPES}
"""The known types, to look them up fast."""


def known_type(type: str) -> str:
    """Return the known type for a known word in another case, as `tool` for `Tool`; other types stay as they are."""
    return KNOWN.get(type) or KNOWN.get(type.lower(), type)

"""The cached tokens of Anthropic's answers, which Tracium's integration leaves out."""

from __future__ import annotations

import sys
from typing import Any

from tracium.integrations.anthropic import tracing

from pytest_traces.adapters.toolkit.patches import Patches


def watch_cache_counts(made: Patches) -> None:
    """Tell the span of a whole answer what was read from the cache and written to it."""

    def extract_usage(usage: Any) -> Any:
        handle = sys._getframe(1).f_locals.get("span_handle")
        if handle is not None:
            handle.set_token_usage(
                cached_input_tokens=getattr(usage, "cache_read_input_tokens", None),
                cache_creation_input_tokens=getattr(usage, "cache_creation_input_tokens", None),
            )
        return extract(usage)

    extract = made.swap(tracing, "extract_usage", extract_usage)

"""The shape of a test's figures in a saved run: a damaged file is refused before the first test."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pytest_traces.model.consumption.model_usage import TOKEN_UNITS

_COUNTS: Mapping[str, Any] = dict.fromkeys((*TOKEN_UNITS, "total_tokens"), float)
_NAMED: Mapping[str, Any] = {"type": str, "name": str}
_TIMED: Mapping[str, Any] = {"ms": [float], "failed": float}
_OUTCOMES = ("offered", "called", "ok", "failed", "timeout", "retried", "acted")

SHAPE: Mapping[str, Any] = {
    **dict.fromkeys(("spans", "llm_calls", "tokens", "unreported", "cost_usd", "unpriced", "elapsed_ms"), float),
    "status": str,
    "asserted": bool,
    "acted": float,
    "models": [{"name": str, **_COUNTS, "missing": _COUNTS, "cost_usd": float, "unpriced": float, **_TIMED}],
    "operations": [{**_NAMED, **_TIMED}],
    "tools": [{"name": str, "arguments": [str], "given": [str], **dict.fromkeys(_OUTCOMES, bool)}],
    "agents": [{"name": str, "llm_calls": float, "failed": float}],
    "retries": [
        {
            **_NAMED,
            **dict.fromkeys(("attempts", "wasted_ms", "wasted_tokens"), float),
            "recovered": bool,
            "errors": [str],
            "missing": {"total_tokens": float},
        }
    ],
    "slow": [{**_NAMED, "ms": float}],
    "critical_path": [{**_NAMED, "ms": float}],
    "troubles": [str],
}
"""What `summarise` returns: a type, a list of one shape, or the keys of a mapping; `float` is any number."""

_LARGEST = 1e15  # beyond it, and for NaN, sums and averages mean nothing


def misfit(value: object, shape: Any = SHAPE, path: str = "figures") -> str:
    """Return the first place where a value has another shape; empty if it fits.

    >>> misfit({"name": "geocode", "ms": ["soon"]}, {"name": str, "ms": [float]})
    "figures.ms.0 is 'soon'"
    """
    if isinstance(shape, Mapping):
        if not isinstance(value, dict):
            return f"{path} is {value!r:.80}"
        inside = [(key, value.get(key), one) for key, one in shape.items()]
        absent = next((f"{path}.{key} is missing" for key in shape if key not in value), "")
    elif isinstance(shape, list):
        if not isinstance(value, list):
            return f"{path} is {value!r:.80}"
        inside, absent = [(at, item, shape[0]) for at, item in enumerate(value)], ""
    else:
        return "" if _fits(value, shape) else f"{path} is {value!r:.80}"
    return absent or next((told for key, item, one in inside if (told := misfit(item, one, f"{path}.{key}"))), "")


def _fits(value: object, kind: type) -> bool:
    if kind is float:
        return isinstance(value, (int, float)) and not isinstance(value, bool) and -_LARGEST < value < _LARGEST
    return isinstance(value, kind)

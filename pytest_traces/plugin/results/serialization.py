"""Turns reports into what pytest-xdist can send: values of built-in types."""

from __future__ import annotations

from typing import Any


def built_in(value: Any) -> Any:
    """Return a value in which each word, span or other part of a trace is a text: xdist sends no class of ours.

    A test may have recorded it as a property, or named a subtest by it.
    """
    if isinstance(value, dict):
        return {built_in(key): built_in(item) for key, item in value.items()}
    if type(value) in (list, tuple):
        return type(value)(map(built_in, value))
    return str(value) if type(value).__module__.startswith("pytest_traces.") else value

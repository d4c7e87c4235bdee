"""Finds out whether only a part of a suite ran: missing tests then prove nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

_OPTIONS = (
    ("keyword", "-k"),
    ("markexpr", "-m"),
    ("lf", "--lf"),
    ("deselect", "--deselect"),
    ("stepwise", "--stepwise"),
    ("ignore", "--ignore"),
    ("ignore_glob", "--ignore-glob"),
    ("splits", "--splits"),  # pytest-split
)


def part_of(session: pytest.Session) -> str:
    """Return why only a part ran, as in `-k` or `stopped early`; empty if all tests did."""
    option = session.config.option
    reasons = [flag for name, flag in _OPTIONS if getattr(option, name, None)]
    reasons += [_shown(argument) for argument in _given(session.config) if _is_part(argument)]
    if session.shouldstop or session.shouldfail or session.exitstatus in _CUT_SHORT:
        reasons.append("stopped early")
    return ", ".join(reasons)


_CUT_SHORT = (pytest.ExitCode.INTERRUPTED, pytest.ExitCode.INTERNAL_ERROR)


def _given(config: Any) -> list[str]:
    """Return the tests named on the command line; those of `testpaths` are the suite."""
    return list(config.args) if config.args_source == config.ArgsSource.ARGS else []


def _is_part(argument: str) -> bool:
    """Whether an argument names a module or a test; a directory may be the suite."""
    return "::" in argument or Path(argument).is_file()


def _shown(argument: str) -> str:
    return argument if len(argument) <= 40 else f"…{argument[-39:]}"

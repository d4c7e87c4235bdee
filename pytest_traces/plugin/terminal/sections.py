"""Prints the traces of failed tests in the width and the colours of the terminal."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from shutil import get_terminal_size
from typing import Any

import pytest

WIDTH = "trace_width"
"""Key of the terminal's width in the input of an xdist worker, which has no terminal."""

_TITLE = "Trace"


class TraceSections:
    """Registered where the terminal is: in the controller, or in a session without workers."""

    @pytest.hookimpl(wrapper=True, tryfirst=True)  # before the terminal prints failures
    def pytest_terminal_summary(self, terminalreporter: Any) -> Generator[None, Any, Any]:
        """Colour the traces of failed tests while they are printed; copies in other files stay plain."""
        failed = [one for key in ("failed", "error") for one in terminalreporter.stats.get(key, ())]
        plain = [(report, report.sections) for report in failed if hasattr(report, "sections")]
        if plain and terminalreporter._tw.hasmarkup:
            _colour(plain)
        try:
            return (yield)
        finally:
            for report, sections in plain:
                report.sections = sections


def verbosity(config: pytest.Config) -> int:
    """Return pytest's verbosity; 0 without its terminal plugin."""
    return int(getattr(config.option, "verbose", 0))


def terminal_width(config: pytest.Config) -> int:
    """Return the columns of the terminal, or pytest's replacement for them."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    return get_terminal_size().columns if reporter is None else int(reporter._tw.fullwidth)


def _colour(plain: Iterable[tuple[Any, Any]]) -> None:
    from pytest_traces.plugin.terminal.colours import coloured  # late: a start without failures needs no colours

    for report, sections in plain:
        report.sections = [(title, coloured(text) if title.startswith(_TITLE) else text) for title, text in sections]

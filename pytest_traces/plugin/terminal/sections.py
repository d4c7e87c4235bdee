"""Prints the traces of failed tests in the width and the colours of the terminal."""

from __future__ import annotations

import re
from collections.abc import Generator
from shutil import get_terminal_size
from typing import Any

import pytest

from pytest_traces.model.words.signs import FAILURE

WIDTH = "trace_width"
"""Key of the terminal's width in the input of an xdist worker, which has no terminal."""

_TITLE = "Trace"
_RED, _YELLOW, _CYAN, _FAINT = "31", "33", "36", "2"
_COLOURS = (
    (re.compile(rf" {FAILURE} .*?(?=   |$)|(?<=│ )error: .*$", re.M), _RED),
    (re.compile(r"(?<=   )attempt \d+| \[(?:running|cancelled|timeout|blocked)\]"), _YELLOW),
    (re.compile(r"(?:(?:≥ )?[\d,?]+ in  (?:≥ )?[\d,?]+ out +)?[\d,]+ ms$", re.M), _CYAN),
    (re.compile(r"^values are cut here; .*$|^… .* more spans$", re.M), _FAINT),
)


class TraceSections:
    """The hooks of the controller, or of a session without workers."""

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """Send the width of the terminal to a worker."""
        node.workerinput[WIDTH] = terminal_width(node.config)

    @pytest.hookimpl(wrapper=True, tryfirst=True)  # before the terminal prints failures
    def pytest_terminal_summary(self, terminalreporter: Any) -> Generator[None, Any, Any]:
        """Colour the traces of failed tests while they are printed; copies in other files stay plain."""
        failed = [one for key in ("failed", "error") for one in terminalreporter.stats.get(key, ())]
        plain = [(report, report.sections) for report in failed if hasattr(report, "sections")]
        for report, sections in plain if terminalreporter._tw.hasmarkup else ():
            report.sections = [
                (title, _coloured(text) if title.startswith(_TITLE) else text) for title, text in sections
            ]
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


def _coloured(text: str) -> str:
    for pattern, code in _COLOURS:
        text = pattern.sub(f"\x1b[{code}m\\g<0>\x1b[0m", text)
    return text

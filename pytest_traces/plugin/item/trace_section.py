"""The section "Trace" of a failed test: as wide as the terminal, and never the same tree twice."""

from __future__ import annotations

import pytest

from pytest_traces.drawing.details import draw_details
from pytest_traces.drawing.tree import draw_tree, outline
from pytest_traces.errors import ExpectationError
from pytest_traces.model.tree import SpanTree
from pytest_traces.plugin.terminal.sections import WIDTH, terminal_width, verbosity


def needs_section(tree: SpanTree, failure: BaseException | None, config: pytest.Config) -> bool:
    """Whether the section shows more than the message of the failure, which may hold the same tree."""
    if not tree.spans or verbosity(config) > 1 or not isinstance(failure, ExpectationError):
        return bool(tree.spans)
    told = iter(str(failure).split("\n"))
    return not all(any(line.startswith(row) for line in told) for row in draw_tree(tree, outline).split("\n"))


def draw_section(tree: SpanTree, config: pytest.Config) -> str:
    """Draw a trace for the section."""
    return draw_details(tree, width=_width(config), whole=verbosity(config) > 1)


def _width(config: pytest.Config) -> int:
    told = getattr(config, "workerinput", {}).get(WIDTH)
    return told if isinstance(told, int) else terminal_width(config)

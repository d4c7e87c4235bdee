"""Writes coverage: the number of offered and of covered tools, then a table of all tools."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pytest_traces.drawing.marks import ACTED
from pytest_traces.report.comparison.limits import Limit
from pytest_traces.report.coverage.coverage import Coverage, Tool
from pytest_traces.report.layout.figures import UNKNOWN, share
from pytest_traces.report.layout.lists import Listing, listing_lines, listing_markdown
from pytest_traces.report.layout.page import Line, Page
from pytest_traces.report.layout.tables import Column
from pytest_traces.wording import count

_COLUMNS = (
    Column("tool", is_id=True),
    Column("offered", 6),
    Column("called", 8),
    Column("ok", 3),
    Column("failed", 7),
    Column("timeout", 1),
    Column("retried", 2),
    Column("acted on", 4),
    Column("args never given", 5, is_text=True),
)


def coverage_lines(coverage: Coverage, limits: Mapping[str, Limit], page: Page) -> Iterator[Line]:
    """Yield the lines of the terminal."""
    yield from page.joined([*_figures(coverage)])
    for told in _remarks(coverage, limits):
        yield from page.wrapped(told, "yellow" if coverage.part else "")
    for told in coverage.broken(limits):
        yield from page.wrapped(told, "red")
    yield from listing_lines(coverage_listings(coverage), page)


def coverage_markdown(coverage: Coverage, limits: Mapping[str, Limit]) -> Iterator[str]:
    """Yield the lines of a Markdown summary."""
    yield "### Coverage of behaviour"
    yield ""
    yield " · ".join(_figures(coverage))
    for told in (*_remarks(coverage, limits), *coverage.broken(limits)):
        yield ""
        yield told
    yield from listing_markdown(coverage_listings(coverage))


def coverage_notes(coverage: Coverage) -> list[str]:
    """Return the lines above the tables."""
    return [" · ".join(_figures(coverage)), *_remarks(coverage, {})]


def _figures(coverage: Coverage) -> Iterator[str]:
    offered = len(coverage.offered)
    yield f"{count(offered, 'tool')} offered"
    for key, words in (("called", "called"), ("failed", "seen failing")):
        yield f"{coverage.covered(key):,} {words} ({share(coverage.covered(key), offered)})"


def _remarks(coverage: Coverage, limits: Mapping[str, Limit]) -> Iterator[str]:
    if coverage.part:
        judged = ", no limit is judged" if limits else ""
        yield f"only a part of the suite ran ({coverage.part}){judged}"


def coverage_listings(coverage: Coverage) -> Iterator[Listing]:
    """Yield the tables."""
    yield Listing(_COLUMNS, [_row(tool) for tool in coverage.tools])
    never = [(tool.name,) for tool in coverage.offered if not tool.count("called")]
    yield Listing([Column("offered, and no test calls it", is_id=True)], never, "yellow")
    agents = [(name,) for name in coverage.never_failed]
    yield Listing([Column("agents whose model calls never failed", is_id=True)], agents)


def _row(tool: Tool) -> tuple[str, ...]:
    """Return the cells of a tool; without an offer its arguments are unknown."""
    outcomes = (f"{tool.count(outcome):,}" for outcome in ("called", "ok", "failed", "timeout", "retried"))
    offered = f"{tool.count('offered'):,}" if tool.count("offered") else UNKNOWN
    acted = f"{ACTED} {tool.count('acted'):,}" if tool.count("acted") else ""
    return (tool.name, offered, *outcomes, acted, ", ".join(tool.never_given))

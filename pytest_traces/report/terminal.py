"""Writes the trace report as lines that fit the terminal; the figures come from `session`."""

from __future__ import annotations

from collections.abc import Iterator

from pytest_traces.prices import hint, is_installed
from pytest_traces.report.layout.figures import at_least, calls, money
from pytest_traces.report.layout.page import Line, Page
from pytest_traces.report.sections import SECTIONS
from pytest_traces.report.session import SessionSummary
from pytest_traces.wording import count


def report_lines(session: SessionSummary, *, rows: int, width: int) -> Iterator[Line]:
    """Yield the lines of the terminal report, with at most `rows` of each list."""
    return draw_report(session, Page(rows, width))


def draw_report(session: SessionSummary, page: Page) -> Iterator[Line]:
    """Draw the figures of a session, then each section with content."""
    yield from page.joined(list(_figures(session)))
    if session.total("unpriced") and not is_installed():
        yield Line(f" {hint()}")
    for section in SECTIONS:
        lines = list(section(session, page))
        if lines:
            yield Line("")
            yield from lines


def summary_line(session: SessionSummary, *, always: bool) -> str | None:
    """Return the one line for a session without `--trace-report`; `None` if its report is of no interest."""
    parts = [
        (session.count("retries"), "retry", "retries"),
        (session.count("slow"), "slow step", ""),
        (len(session.troubles), "adapter problem", ""),
    ]
    told = [count(number, one, many) for number, one, many in parts if number]
    if told:
        return f"traces: {' · '.join(told)} (--trace-report shows more)"
    return f"traces: {' · '.join(_figures(session))}" if always and (session.tests or session.recordings) else None


def _figures(session: SessionSummary) -> Iterator[str]:
    failed = f", {len(session.failed):,} failed" if session.failed else ""
    yield f"{count(len(session.tests), 'test')}{failed}"
    if session.recordings:
        yield count(len(session.recordings), "recording")
    yield count(session.total("spans"), "span")
    yield count(session.total("llm_calls"), "llm call")
    unreported = session.total("unreported")
    tokens = at_least(count(session.total("tokens"), "token"), is_known=not unreported, is_anything=True)
    yield f"{tokens}, {calls(unreported, 'unreported')}" if unreported else tokens
    cost, unpriced = session.total("cost_usd"), session.total("unpriced")
    if cost:
        dollars = at_least(money(cost), is_known=not unpriced, is_anything=True)
        yield f"{dollars}, {calls(unpriced, 'unpriced')}" if unpriced else dollars
    elif unpriced:
        yield "cost unknown"
    yield count(session.count("retries"), "retry", "retries")
    yield f"{session.count('slow'):,} slow"
    if session.reruns:
        yield count(session.reruns, "rerun")

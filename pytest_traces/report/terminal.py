"""The trace report as lines of text; it computes nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pytest_traces.report.summary import SessionSummary
from pytest_traces.wording import count


def report_lines(session: SessionSummary, rows: int) -> Iterator[str]:
    """Yield the lines of the terminal summary, `rows` at most of each list."""
    yield " " + " · ".join(_figures(session))
    retries = session.rows("retries")
    if retries:
        yield ""
        yield " retries"
        yield from _table([_retry(nodeid, retry) for nodeid, retry in retries], rows)
    slow = sorted(session.rows("slow"), key=lambda row: (-row[1]["ms"], row[0]))
    if slow:
        yield f" slow steps (≥ {session.slow_ms:.0f} ms)"
        yield from _table([(step["type"], step["name"], f"{step['ms']:.0f} ms", "", test) for test, step in slow], rows)
    troubles = sorted({trouble for summary in session.tests.values() for trouble in summary["troubles"]})
    if troubles:
        yield " troubles while recording"
        yield from (f"   {trouble}" for trouble in troubles[:rows])


def _figures(session: SessionSummary) -> Iterator[str]:
    yield count(len(session.tests), "test")
    yield count(session.total("spans"), "span")
    yield count(session.total("llm_calls"), "llm call")
    unreported, unpriced = session.total("unreported"), session.total("unpriced")
    tokens = count(session.total("tokens"), "token")
    yield f"≥ {tokens}, {count(unreported, 'call')} unreported" if unreported else tokens
    cost = session.total("cost_usd")
    if cost:
        yield f"≥ ${cost:.4f}, {count(unpriced, 'call')} unpriced" if unpriced else f"${cost:.4f}"
    yield count(len(session.rows("retries")), "retry", "retries")
    yield f"{len(session.rows('slow')):,} slow"
    if session.reruns:
        yield count(session.reruns, "rerun")


def _retry(nodeid: str, retry: Mapping[str, Any]) -> tuple[str, ...]:
    outcome = f"{retry['attempts']} attempts, {'recovered' if retry['recovered'] else 'gave up'}"
    return retry["type"], retry["name"], outcome, ", ".join(retry["errors"]), nodeid


def _table(entries: list[tuple[str, ...]], rows: int) -> Iterator[str]:
    widths = [max(len(entry[column]) for entry in entries[:rows]) for column in range(4)]
    for entry in entries[:rows]:
        cells = [text.ljust(width) for text, width in zip(entry, widths, strict=False) if width]
        yield "   " + "  ".join([cells[0] + " " + cells[1], *cells[2:], entry[4]])
    if len(entries) > rows:
        yield f"   … {len(entries) - rows} more"

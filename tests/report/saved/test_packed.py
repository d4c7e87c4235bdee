"""Packed figures tell what the figures tell, in less memory."""

from __future__ import annotations

import pytest

from pytest_traces.report.packed import PackedSummary
from pytest_traces.report.session import SessionSummary
from pytest_traces.report.summary import TestSummary, summarise
from pytest_traces.report.terminal import report_lines
from tests.builders import a_tree
from tests.report.samples import FLAKY, SHORT, SILENT, TROUBLE

PROGRAMS = (FLAKY, SHORT, SILENT)


def _figures() -> list[TestSummary]:
    return [summarise(a_tree(program), slow_ms=1500.0, priced=False, troubles=[TROUBLE]) for program in PROGRAMS]


def _report(summaries: list[TestSummary]) -> list[str]:
    session = SessionSummary(1500.0)
    for number, summary in enumerate(summaries):
        session.add(f"test_{number}", summary)
        session.add_made(f"test_{number}", [summary])
    return [line.text for line in report_lines(session, rows=10, width=120)]


def test_packed_figures_read_as_they_were() -> None:
    for figures in _figures():
        packed = PackedSummary(figures)
        assert dict(packed) == figures
        assert [*packed] == [*figures]
        assert repr(packed) == repr(figures)


def test_a_name_that_figures_do_not_have_is_missing() -> None:
    packed = PackedSummary(_figures()[0])
    assert packed.get("wings") is None
    with pytest.raises(KeyError, match="wings"):
        packed["wings"]


def test_the_report_of_packed_figures_is_the_report_of_the_figures() -> None:
    assert _report([PackedSummary(figures) for figures in _figures()]) == _report(_figures())

"""Figures as people read them."""

import pytest

from pytest_traces.report.layout.figures import at_least, duration, money, share


@pytest.mark.parametrize(
    ("ms", "shown"),
    [
        (0, "0 ms"),
        (999.4, "999 ms"),
        (999.5, "1.0 s"),
        (2_449, "2.4 s"),
        (59_949, "59.9 s"),
        (59_950, "1 min 0 s"),
        (185_000, "3 min 5 s"),
    ],
)
def test_a_duration_is_told_in_the_unit_that_fits(ms, shown):
    assert duration(ms) == shown


@pytest.mark.parametrize(
    ("usd", "shown"),
    [(0.0123, "$0.0123"), (0.00001, "<$0.0001"), (0.1, "$0.10"), (1234.5, "$1,234.50"), (0, "$0.0000")],
)
def test_money_has_the_digits_that_matter(usd, shown):
    assert money(usd) == shown


def test_an_unknown_figure_is_never_zero():
    assert at_least("12", is_known=True, is_anything=True) == "12"
    assert at_least("12", is_known=False, is_anything=True) == "≥ 12"
    assert at_least("0", is_known=False, is_anything=False) == "?"


@pytest.mark.parametrize(
    ("part", "whole", "shown"), [(0, 9, "0%"), (1, 400, "<1%"), (1, 3, "33%"), (9, 9, "100%"), (0, 0, "0%")]
)
def test_a_share_that_is_not_zero_is_never_shown_as_zero(part, whole, shown):
    assert share(part, whole) == shown

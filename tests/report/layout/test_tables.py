"""Tables that follow the width of the terminal."""

import pytest

from pytest_traces.report.layout.tables import Column, draw_table, shortened

COLUMNS = [Column("tests", is_id=True), Column("calls", 2), Column("cost", 1), Column("why", 3, is_text=True)]
ROWS = [("tests/test_a.py::test_one[x]", "12", "$0.10", "TimeoutError: upstream timed out"), ("b", "1", "?", "")]


def drawn(width, rows=ROWS):
    return list(draw_table(COLUMNS, rows, width))


def test_with_room_everything_is_shown():
    assert drawn(90) == [
        "tests                           calls   cost  why",
        "  tests/test_a.py::test_one[x]     12  $0.10  TimeoutError: upstream timed out",
        "  b                                 1      ?",
    ]


def test_texts_are_cut_before_a_column_goes():
    assert drawn(64) == [
        "tests                         calls   cost  why",
        "  …ts/test_a.py::test_one[x]     12  $0.10  TimeoutError: upstr…",
        "  b                               1      ?",
    ]


def test_then_the_least_important_columns_go():
    assert drawn(50)[0] == "tests                     calls  why"
    assert drawn(42)[0] == "tests                     why"
    assert drawn(20) == ["tests", "  …a.py::test_one[x]", "  b"]


def test_a_column_without_any_cell_is_left_out():
    assert drawn(90, [("a", "1", "", "")]) == ["tests  calls", "  a        1"]


def test_a_table_without_heads_has_none():
    assert list(draw_table([Column("", is_id=True), Column("")], [("a", "1"), ("bb", "22")], 40)) == [
        "  a    1",
        "  bb  22",
    ]


@pytest.mark.parametrize("width", range(10, 120, 7))
def test_no_line_is_wider_than_the_terminal(width):
    assert max(map(len, drawn(width))) <= width


def test_an_id_loses_its_beginning():
    assert shortened("tests/test_a.py::test_x[3]", 12) == "…::test_x[3]"
    assert shortened("  tests/test_a.py::test_x[3]", 12) == "  …test_x[3]"
    assert shortened("short", 12) == "short"

"""Views beside the tests: what the terminal cuts to its size is whole in the page."""

from pytest_traces.page.tabs import report_tab, tab_of
from pytest_traces.report.layout.lists import Listing
from pytest_traces.report.layout.tables import Column
from tests.report.samples import whole_session


def test_a_list_of_figures_is_a_table_without_its_empty_columns():
    columns = [Column("tool", is_id=True), Column("called"), Column("failed"), Column("why", is_text=True)]
    tab = tab_of(
        "Coverage", ["2 tools"], [Listing(columns, [("a", "1", "", "x"), ("b", "", "", "")]), Listing(columns, [])]
    )
    assert tab == {
        "title": "Coverage",
        "notes": ["2 tools"],
        "tables": [
            {
                "title": "",
                "columns": [
                    {"text": "tool", "is_figure": False},
                    {"text": "called", "is_figure": True},
                    {"text": "why", "is_figure": False},
                ],
                "rows": [["a", "1", "x"], ["b", "", ""]],
            }
        ],
    }


def test_the_report_is_a_tab_with_every_row_of_each_table():
    tab = report_tab(whole_session())
    titles = [table["title"] or table["columns"][0]["text"] for table in tab["tables"]]
    assert "models" in titles
    assert any(title.startswith("critical path of the slowest run") for title in titles)
    assert not any("more" in note for note in tab["notes"])
    assert tab["notes"][0].startswith("7 tests, 3 failed")

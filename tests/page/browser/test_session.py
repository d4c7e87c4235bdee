"""A page as pytest wrote it, opened in a browser."""

TESTS = """
from pytest_traces.runtime import span

NAME = "</script><img src=x onerror=alert(1)>"

def test_searches_twice(trace):
    with span(span_type="agent", name="shop"):
        for _ in range(2):
            with span(span_type="tool", name=NAME, input={NAME: 1}):
                pass
    trace.assert_once(NAME)
"""


def test_a_failed_test_is_shown_with_the_spans_that_its_message_points_out(project, opened_file):
    project.tests(TESTS)
    project.run("--trace-html", "page.html")
    page = opened_file(project.path / "page.html")
    assert [row.partition(",")[0] for row in page.tree()] == [
        "agent shop",
        "tool </script><img src=x onerror=alert(1)>",
        "tool </script><img src=x onerror=alert(1)>",
    ]
    assert page.tab.locator(".row.spoken").count() == 2
    assert page.tab.locator(".failure-message").inner_text().startswith("SpanNotFound: expected 1 span")
    assert page.tab.evaluate("document.images.length") == 0

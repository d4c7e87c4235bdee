"""Measures how long a page takes to open: `python -m tests.page.browser.opening [SPANS [TESTS]]`."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from time import perf_counter

from pytest_traces.page.entries import PageData
from pytest_traces.page.writing import write_page
from tests.builders import a_tree, agent, tool
from tests.page.browser.chromium import launched
from tests.page.browser.conftest import a_test, page_of

OPENED = "performance.getEntriesByName('opened')[0].startTime"
"""Milliseconds from the browser's start on the page until the first test was shown."""


def main(spans: int = 10_000, tests: int = 2_000) -> None:
    """Print how long a page of many tests takes, the first of which has many spans."""
    branches = (
        agent(f"agent {one}", *(tool("search", input={"q": two}) for two in range(99))) for one in range(spans // 100)
    )
    tree = a_tree(agent("planner", *branches))
    began = perf_counter()
    data = page_of(a_test("test_long", tree), *(a_test(f"test_{one}", a_tree(tool("x"))) for one in range(tests - 1)))
    packed = perf_counter() - began
    told = f"{len(tree.spans):,} spans in a test, {tests:,} tests"
    sys.stdout.write(f"{told}: packed in {packed:.1f} s, opened in {_opened(data):.0f} ms\n")


def _opened(data: PageData) -> float:
    with tempfile.TemporaryDirectory() as directory, launched() as browser:
        path = Path(directory, "page.html")
        write_page(path, data)
        tab = browser.new_page()
        tab.goto(path.as_uri())
        tab.wait_for_selector("[data-opened]")
        return float(tab.evaluate(OPENED))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))

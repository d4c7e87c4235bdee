"""A page in headless Chromium: written to a file, opened without a network, looked at through its roles."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from pytest_traces.page.entries import PageData
from pytest_traces.page.packing import key_of, pack
from pytest_traces.page.recordings import recording
from pytest_traces.page.writing import write_page
from tests.page.browser.chromium import PATIENCE_MS, find_chromium, launched


@pytest.fixture(scope="module")  # Playwright's loop runs as long: tests of other modules may want one of their own
def chromium():
    """Chromium without a window, or a skip that says what is missing."""
    pytest.importorskip("playwright", reason="the page's tests need the package playwright")
    if find_chromium() is None:
        pytest.skip("the page's tests need a Chromium: apt-get install chromium")
    with launched() as browser:
        yield browser


@dataclass
class Opened:
    """A page in a browser."""

    tab: object
    """Playwright's page."""
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    """What the browser wrote into its console: errors, and breaches of the page's policy."""

    def tree(self) -> list[str]:
        """Return what a screen reader says of each row of the tree in sight."""
        return [row.get_attribute("aria-label") for row in self.tab.get_by_role("treeitem").all()]

    def selected(self) -> str:
        """Return what a screen reader says of the row that the focused tree stands on."""
        active = self.tab.get_by_role("tree").get_attribute("aria-activedescendant")
        return self.tab.locator(f"#{active}").get_attribute("aria-label")

    def detail(self) -> str:
        """Return the text about the selected span."""
        return self.tab.get_by_role("region", name="Selected span").inner_text()

    def listed(self) -> list[str]:
        """Return the name of each test in sight."""
        labels = [row.get_attribute("aria-label") for row in self.tab.get_by_role("option").all()]
        return [label.partition(" tests/test_shop.py")[0] for label in labels]


@pytest.fixture
def opened_file(chromium) -> Iterator[Callable[..., Opened]]:
    """Opens a file in a browser; every page must keep its policy and ask for nothing else."""
    context = chromium.new_context(viewport={"width": 1400, "height": 900})
    context.set_default_timeout(PATIENCE_MS)
    made = []

    def open_file(path: Path, address: str = "") -> Opened:
        opened = Opened(context.new_page())
        opened.tab.on("request", lambda request: opened.requests.append(request.url))
        opened.tab.on("console", lambda message: opened.complaints.append(message.text))
        opened.tab.on("pageerror", lambda error: opened.complaints.append(str(error)))
        opened.tab.goto(path.as_uri() + address)
        opened.tab.wait_for_selector("[data-opened], .nothing, .view")
        made.append((opened, path.as_uri()))
        return opened

    yield open_file
    context.close()
    for page, url in made:
        assert (page.complaints, {one.partition("#")[0] for one in page.requests}) == ([], {url})


@pytest.fixture
def opened(opened_file, tmp_path) -> Callable[..., Opened]:
    """Opens page data in a browser."""

    def open_page(data: PageData, address: str = "") -> Opened:
        path = tmp_path / "page.html"
        write_page(path, data)
        return opened_file(path, address)

    return open_page


def page_of(*tests: dict) -> PageData:
    """Return a page of some tests, as `a_test` makes them."""
    data = PageData(title="shop", about="commit 3f2a1c")
    for test in tests:
        data.tests.append(test["entry"])
        data.packed |= test["packed"]
    return data


def a_test(name, *trees, outcome="passed", attempt=1, failure=None, figures=None):
    """Return a test with the traces it recorded, and what it failed with."""
    packed = {key_of(text): text for text in (pack(recording(tree, slow_ms=1500)) for tree in trees)}
    recordings = [
        {"title": "Trace" if not number else f"Trace {number + 1}", "key": key} for number, key in enumerate(packed)
    ]
    failed = "" if failure is None else pack(failure)
    entry = {
        "nodeid": f"tests/test_shop.py::{name}",
        "attempt": attempt,
        "outcome": outcome,
        "reason": "" if failure is None else failure["message"].partition("\n")[0],
        "figures": figures or {},
        "recordings": recordings,
        "failure": key_of(failed) if failed else "",
    }
    return {"entry": entry, "packed": packed | ({key_of(failed): failed} if failed else {})}

"""Draws the picture of the page for README and docs; `python -m tests.report.showcase` calls it."""

from __future__ import annotations

from pathlib import Path

from tests.page.browser.chromium import launched

PICTURE = Path(__file__).parents[3] / "docs" / "images" / "page.png"


def take_picture(address: str) -> None:
    """Save what Chromium shows."""
    with launched() as browser:
        tab = browser.new_page(viewport={"width": 1280, "height": 720})
        tab.goto(address)
        tab.wait_for_selector("[data-opened]")
        tab.screenshot(path=PICTURE)

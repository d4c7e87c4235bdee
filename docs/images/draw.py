"""Draws the README's picture of the page: `.venv/bin/python docs/images/draw.py`.

The examples run, and with them the failing test of the README; Chromium opens their page at that test.
"""

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import quote

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parents[2]
PICTURE = ROOT / "docs" / "images" / "page.png"
FAILS = re.compile(r"<!-- fails -->\n```python\n(.*?)```", re.DOTALL)


def main() -> None:
    """Run the examples, open their page, take its picture."""
    with tempfile.TemporaryDirectory() as directory:
        examples = Path(directory) / "examples"
        shutil.copytree(ROOT / "examples", examples)
        failing = FAILS.search((ROOT / "README.md").read_text(encoding="utf-8"))
        (examples / "quickstart" / "test_umbrella.py").write_text(failing[1], encoding="utf-8")
        page = Path(directory) / "page.html"
        subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-n2", f"--trace-html={page}", "."], cwd=examples, check=False
        )
        take_picture(f"{page.as_uri()}#test={quote('quickstart/test_umbrella.py::test_asks_for_the_weather_once')}")


def take_picture(address: str) -> None:
    """Save what Chromium shows."""
    with sync_playwright() as driver:
        flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=flags)
        tab = browser.new_page(viewport={"width": 1280, "height": 720}, device_scale_factor=1)
        tab.goto(address)
        tab.wait_for_selector("[data-opened]")
        tab.screenshot(path=PICTURE)
        browser.close()


if __name__ == "__main__":
    main()

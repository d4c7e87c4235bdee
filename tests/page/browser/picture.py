"""Draws the README's picture of the page: `python -m tests.page.browser.picture`.

The examples run, and with them the failing test of the README; Chromium opens their page at that test.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import quote

from tests.page.browser.chromium import launched

ROOT = Path(__file__).parents[3]
PICTURE = ROOT / "docs" / "images" / "page.png"
FAILS = re.compile(r"<!-- fails -->\n```python\n(.*?)```", re.DOTALL)
SHOWN = "quickstart/test_umbrella.py::test_asks_for_the_weather_once"


def main() -> None:
    """Run the examples, open their page, take its picture."""
    with tempfile.TemporaryDirectory() as directory:
        examples, page = Path(directory, "examples"), Path(directory, "page.html")
        shutil.copytree(ROOT / "examples", examples)
        [failing] = FAILS.findall((ROOT / "README.md").read_text(encoding="utf-8"))
        (examples / SHOWN.partition("::")[0]).write_text(failing, encoding="utf-8")
        command = [sys.executable, "-m", "pytest", "-q", "-n2", f"--trace-html={page}", "."]
        subprocess.run(command, cwd=examples, check=False)
        take_picture(f"{page.as_uri()}#test={quote(SHOWN)}")


def take_picture(address: str) -> None:
    """Save what Chromium shows."""
    with launched() as browser:
        tab = browser.new_page(viewport={"width": 1280, "height": 720})
        tab.goto(address)
        tab.wait_for_selector("[data-opened]")
        tab.screenshot(path=PICTURE)


if __name__ == "__main__":
    main()

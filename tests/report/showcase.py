"""Writes the report, coverage and comparison of `docs/report.md`, and its picture: `python -m tests.report.showcase`.

The examples run twice: as they are, and after a change to an agent, with the failing test of the README beside them.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
PAGE = ROOT / "docs" / "report.md"
FAILING = "test_umbrella.py"
BLOCK = re.compile(r"(<!-- showcase: (\w+) -->\n```text\n).*?(```)", re.DOTALL)
FAILS = re.compile(r"<!-- fails -->\n```python\n(.*?)```", re.DOTALL)
FORECAST = '    call(get_forecast={**PARIS, "days": 2}),\n'
COMMANDS = {
    "report": ("report", "now.jsonl", "--rows", "3"),
    "coverage": ("report", "now.jsonl", "--coverage", "--rows", "1"),
    "comparison": ("compare", "main.jsonl", "now.jsonl", "--fail", "calls:0,tokens:10%", "--rows", "3"),
}


def main() -> None:
    """Run the examples, and put their output into the page and its picture."""
    from tests.page.browser.picture import take_picture

    with tempfile.TemporaryDirectory() as directory:
        texts = showcase(Path(directory))
        PAGE.write_text(filled(PAGE.read_text(encoding="utf-8"), texts), encoding="utf-8")
        page = Path(directory, "examples", "page.html")
        take_picture(f"{page.as_uri()}#test={quote(f'quickstart/{FAILING}::test_asks_for_the_weather_once')}")


def showcase(directory: Path, *folders: str) -> dict[str, str]:
    """Return the texts of the page, made in an empty directory of all examples, or of those in some folders."""
    examples = directory / "examples"
    shutil.copytree(ROOT / "examples", examples, ignore=shutil.ignore_patterns("__pycache__"))
    _commit(examples)
    _run_tests(examples, "--trace-save=main.jsonl", *folders)
    agent = examples / "quickstart" / "weather_agent.py"
    agent.write_text(agent.read_text(encoding="utf-8").replace(FORECAST, FORECAST * 2), encoding="utf-8")
    [failing] = FAILS.findall(README.read_text(encoding="utf-8"))
    (examples / "quickstart" / FAILING).write_text(failing, encoding="utf-8")
    _run_tests(examples, "--trace-save=now.jsonl", "--trace-html=page.html", *folders)
    texts = {name: _python(examples, "-m", "pytest_traces.cli", *given) for name, given in COMMANDS.items()}
    return texts | {"coverage": texts["coverage"][texts["coverage"].index("tools offered") - 3 :]}


def filled(page: str, texts: Mapping[str, str]) -> str:
    """Return the page with each text in its block."""
    return BLOCK.sub(lambda block: f"{block[1]}{texts[block[2]]}{block[3]}", page)


def shown(page: str) -> dict[str, str]:
    """Return the texts that stand in the page."""
    return {block[2]: block[0][len(block[1]) : -len(block[3])] for block in BLOCK.finditer(page)}


def _commit(examples: Path) -> None:
    """Make a repository of two days ago: a baseline has a commit and an age."""
    date = (datetime.now(UTC) - timedelta(days=2, minutes=5)).isoformat()
    for command in ("init -q", "add .", "-c user.name=a -c user.email=a@b.c commit -q -m examples"):
        dated = os.environ | {"GIT_COMMITTER_DATE": date, "GIT_AUTHOR_DATE": date}
        subprocess.run(["git", "-C", str(examples), *command.split()], env=dated, check=True)


def _run_tests(examples: Path, *options: str) -> None:
    _python(examples, "-m", "pytest", "-q", "-p", "no:cacheprovider", *options)


def _python(directory: Path, *arguments: str) -> str:
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("GITHUB_", "PYTEST_"))}
    command = [sys.executable, *arguments]
    done = subprocess.run(
        command, cwd=directory, env=plain | {"COLUMNS": "80"}, capture_output=True, text=True, encoding="utf-8"
    )
    assert done.returncode in (0, 1), done.stdout + done.stderr
    return done.stdout


if __name__ == "__main__":
    main()

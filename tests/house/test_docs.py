"""What the README says is so: its blocks run, its commands are CI's, and nothing is missing from it."""

import importlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import pytest_traces
from pytest_traces.plugin.options import INI

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"(?P<fails><!-- fails -->\n)?```(?P<language>\w+)\n(?P<code>.*?)```", re.DOTALL)


LINK = re.compile(r"\]\((?!http)([^)#]+)\)")
SITE = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
ELSEWHERE = ("assertions.md", "formats.md", "snapshots.md")
"""Pages whose blocks run in a way of their own, each in a test of its room."""
PAGES = {
    page.name: page.read_text(encoding="utf-8")
    for page in sorted((ROOT / "docs").glob("*.md"))
    if "```python" in page.read_text(encoding="utf-8") and page.name not in ELSEWHERE
}
NAMED = re.compile(r"# (\w+\.py)\n")
"""How a block begins that is a file of a certain name."""


def blocks(language, page=README):
    return [found for found in BLOCK.finditer(page) if found["language"] == language]


def run_block(code, directory):
    shutil.copy(ROOT / "examples" / "quickstart" / "weather_agent.py", directory)
    (directory / "test_readme.py").write_text(code, encoding="utf-8")
    return run_tests(directory)


def run_tests(directory):
    command = [sys.executable, "-m", "pytest", "-p", "syrupy", "-p", "pytest_traces.plugin", "--snapshot-update"]
    alone = os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}  # other plugins take seconds to load
    return subprocess.run(command, cwd=directory, env=alone, capture_output=True, text=True, encoding="utf-8")


@pytest.mark.parametrize("block", [block for block in blocks("python") if not block["fails"]])
def test_a_block_of_the_readme_is_green(block, tmp_path):
    done = run_block(block["code"], tmp_path)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("page", PAGES)
def test_the_blocks_of_a_page_are_green(page, tmp_path):
    shutil.copy(ROOT / "examples" / "quickstart" / "weather_agent.py", tmp_path)
    for settings in blocks("ini", PAGES[page]):
        (tmp_path / "pytest.ini").write_text(settings["code"], encoding="utf-8")
    for number, block in enumerate(blocks("python", PAGES[page])):
        named = NAMED.match(block["code"])
        name = named[1] if named else f"test_block_{number}.py"
        (tmp_path / name).write_text(block["code"], encoding="utf-8")
    done = run_tests(tmp_path)
    assert done.returncode == 0, done.stdout


def test_getting_started_shows_what_is_seen(tmp_path):
    for block in blocks("python", PAGES["index.md"]):
        (tmp_path / NAMED.match(block["code"])[1]).write_text(block["code"], encoding="utf-8")
    test = tmp_path / "test_weather.py"
    test.write_text(test.read_text(encoding="utf-8").replace('"get_weather")  #', '"get_wether")  #'), encoding="utf-8")
    done = run_tests(tmp_path)
    message, snapshot = (block["code"] for block in blocks("text", PAGES["index.md"]))
    assert message in re.sub(r"^E {4,}", "E   ", done.stdout, flags=re.MULTILINE)
    [file] = (tmp_path / "__traces__").rglob("*.trace")
    assert snapshot.rstrip("\n") in file.read_text(encoding="utf-8")


@pytest.mark.parametrize("package", ["pytest_traces", "pytest_traces.runtime"])
def test_every_public_name_is_in_the_reference(package):
    pages = "".join(page.read_text(encoding="utf-8") for page in (ROOT / "docs" / "reference").glob("*.md"))
    named = set(re.findall(rf"^::: {re.escape(package)}\.(\w+)$", pages, re.MULTILINE))
    assert named == set(importlib.import_module(package).__all__)


def test_every_page_is_on_the_site():
    pages = {page.relative_to(ROOT / "docs").as_posix() for page in (ROOT / "docs").rglob("*.md")}
    assert set(re.findall(r": (\S+\.md)$", SITE, re.MULTILINE)) == pages


def test_the_version_has_a_section_in_the_changelog():
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.search(rf"^## {re.escape(pytest_traces.__version__)} - \d{{4}}-\d\d-\d\d$", changelog, re.MULTILINE)


def test_every_link_of_the_pages_leads_to_a_file():
    pages = [*(ROOT / "docs").rglob("*.md"), ROOT / "CONTRIBUTING.md"]
    links = [(page, link) for page in pages for link in LINK.findall(page.read_text(encoding="utf-8"))]
    assert [(page.name, link) for page, link in links if not (page.parent / link).exists()] == []


def test_a_red_block_of_the_readme_prints_what_stands_below_it(tmp_path):
    [block] = [block for block in blocks("python") if block["fails"]]
    done = run_block(block["code"], tmp_path)
    assert done.returncode == 1
    shown = next(text["code"] for text in blocks("text") if text.start() > block.end())
    assert shown in done.stdout


def test_the_snapshot_in_the_readme_is_the_committed_one():
    path = ROOT / "examples/quickstart/__traces__/test_weather_agent/test_it_does_what_it_did_before.trace"
    assert blocks("text")[1]["code"].rstrip("\n") in path.read_text(encoding="utf-8")


def test_ci_calls_the_second_command():
    _, second = blocks("sh")
    assert second["code"] in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


def test_every_ini_key_is_in_the_readme_with_its_default():
    for name, kind, _, default in INI:
        written = f"{default:g}" if isinstance(default, float) else str(default).lower()
        shown = "" if kind == "linelist" else f"`{written}`"
        assert f"| `{name}` | {shown} |".replace("  ", " ") in README


def test_every_option_marker_and_fixture_is_in_the_readme(project):
    options = set(re.findall(r"--trace-(?!config)[a-z-]+", project.run("--help").output))
    assert {option for option in options if option not in README} == set()
    fixtures = re.findall(r"^(\w+) -- .*pytest_traces", project.run("--fixtures").output, re.MULTILINE)
    assert sorted(fixtures) == ["trace", "traces"]
    assert "@pytest.mark.trace(" in README


def test_every_linked_file_is_there():
    links = LINK.findall(README)
    assert [link for link in links if not (ROOT / link).exists()] == []

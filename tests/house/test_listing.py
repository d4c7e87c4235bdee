"""What the project's folders may hold, and what each module says of itself."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FILES = sorted((ROOT / "pytest_traces").rglob("*.py"))
ENTRIES = {
    ".ci",
    ".gitignore",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "LICENSE",
    "README.md",
    "benchmarks",
    "docs",
    "examples",
    "mkdocs.yml",
    "pyproject.toml",
    "pytest_traces",
    "tests",
}


def test_the_root_holds_these_entries_only() -> None:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("this is no git checkout: what is committed is unknown")
    assert {name.partition("/")[0] for name in listed.stdout.split("\0") if name} == ENTRIES


def test_no_module_is_a_drawer_for_everything() -> None:
    assert {path.stem for path in FILES} & {"utils", "common", "base", "core", "types", "helpers", "misc"} == set()


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_public_names_say_what_they_are_for(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert ast.get_docstring(tree)
    public = [one for one in tree.body if isinstance(one, ast.FunctionDef | ast.ClassDef) and one.name[0] != "_"]
    assert [one.name for one in public if not ast.get_docstring(one)] == []


def test_the_table_of_changes_names_existing_files() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    table = text[text.index("## To change") : text.index("## The laws")]
    named = {name for name in re.findall(r"`([a-z_/]+(?:/|/\w+\.py))`", table) if name.count("/") > 0}
    assert len(named) > 20
    assert [name for name in sorted(named) if not (ROOT / "pytest_traces" / name).exists()] == []

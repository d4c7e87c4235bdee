"""The mechanical part of the rules on prose in CONTRIBUTING: words that never name a thing, and long sentences."""

from __future__ import annotations

import ast
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TOPS = ("pytest_traces", "tests", "examples", "benchmarks")
CODE = sorted(path for top in TOPS for path in (ROOT / top).rglob("*.py"))
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
PERSONS = re.compile(r"\b(nobody|somebody|anybody|everybody|someone|anyone|everyone|whoever|whomever)", re.IGNORECASE)


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def texts(path: Path) -> Iterator[str]:
    """Yield the docstrings, the texts below fields, the comments and the names of tests of a module."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            yield node.value.value
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name.replace("_", " ")
    with path.open("rb") as lines:
        yield from (token.string for token in tokenize.tokenize(lines.readline) if token.type == tokenize.COMMENT)


def messages(path: Path) -> Iterator[str]:
    """Yield every text of a module; of the package each may be a message."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


@pytest.mark.parametrize("path", CODE, ids=named)
def test_a_sentence_speaks_of_things_and_not_of_persons(path: Path) -> None:
    said = [*texts(path), *(messages(path) if path.is_relative_to(ROOT / "pytest_traces") else ())]
    assert [text for text in said if PERSONS.search(text)] == []


@pytest.mark.parametrize("path", PAGES, ids=named)
def test_a_page_speaks_of_things_and_not_of_persons(path: Path) -> None:
    assert [line for line in path.read_text(encoding="utf-8").splitlines() if PERSONS.search(line)] == []


DRAWN = re.compile(r"\s*[`├└│|>@]|\s*\.\.\. |.*\S {3,}\S")
"""A line of an example, a table or a tree: no sentence."""
MOST_WORDS = 20


def clauses(text: str) -> list[str]:
    prose = "\n".join(line for line in text.splitlines() if not DRAWN.match(line))
    return re.split(r"[.:;!?](?:\s|$)|\n\s*\n", re.sub(r"`[^`]*`", "code", prose))


@pytest.mark.parametrize("path", [path for path in CODE if path.is_relative_to(ROOT / "pytest_traces")], ids=named)
def test_a_clause_is_short(path: Path) -> None:
    said = [clause for text in texts(path) for clause in clauses(text)]
    assert [clause for clause in said if len(clause.split()) > MOST_WORDS] == []

"""Files to read in one go, functions that fit a screen, few parameters, shallow blocks, folders with few entries."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from statistics import median, quantiles

import pytest

ROOT = Path(__file__).parents[2]
FILES = sorted((ROOT / "pytest_traces").rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))
LONGEST_FILE = 300
LONGEST_FUNCTION = 40
MOST_PARAMETERS = 4
DEEPEST_BLOCK = 3
MOST_NAMES = 12
MOST_ENTRIES = 10

Function = ast.FunctionDef | ast.AsyncFunctionDef

DICTATED = {
    "adapters/opentelemetry/api.py:start_span",
    "adapters/opentelemetry/api.py:start_as_current_span",
    "adapters/opentelemetry/sdk.py:__init__",
}
"""Functions whose parameters another package dictates."""

WIDE = {
    "Expectations": "the one page that lists every assertion",
    "ActsContract": "each name is a test",
    "ScenarioContract": "each name is a test",
    "Callbacks": "LangChain dictates the names",
    "OpenSpan": "what an adapter does with a span: one page for authors of adapters",
    "PytestHost": "one name for each thing that a trace asks of pytest",
    "SessionSummary": "one name for each figure of the report",
    "SpanHandle": "the documents dictate the names",
    "SpanTree": "one name for each way to walk a tree",
    "Trace": "what a test reads of its trace",
    "Usage": "one name for each counter",
}
"""Classes that may offer more names, with the reason."""

ROOMS = {"pytest_traces", "pytest_traces/adapters", "tests", "tests/adapters"}
"""Folders with one folder for each room or framework: only their files are counted."""


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def functions(path: Path) -> list[Function]:
    return [node for node in ast.walk(parsed(path)) if isinstance(node, Function)]


def lines(function: Function) -> int:
    assert function.end_lineno is not None
    return function.end_lineno - function.lineno + 1


def depth(node: ast.AST) -> int:
    """Return how many blocks lie inside one another; `elif`, `else` and `except` open none of their own."""
    return max((_depth_of_part(node, part) for part in _parts(node)), default=0)


def _depth_of_part(node: ast.AST, part: ast.AST) -> int:
    is_elif = isinstance(node, ast.If) and isinstance(part, ast.If) and node.orelse == [part]
    opens = isinstance(
        part, ast.If | ast.For | ast.AsyncFor | ast.While | ast.With | ast.AsyncWith | ast.Try | ast.Match
    )
    return depth(part) + (opens and not is_elif)


def _parts(node: ast.AST) -> Iterator[ast.AST]:
    return (part for part in ast.iter_child_nodes(node) if not isinstance(part, Function | ast.ClassDef))


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix().removeprefix("pytest_traces/")


@pytest.mark.parametrize("path", FILES, ids=named)
def test_a_file_and_its_functions_are_short(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST_FILE
    assert {one.name: lines(one) for one in functions(path) if lines(one) > LONGEST_FUNCTION} == {}


def test_a_file_of_tests_is_short() -> None:
    lengths = {named(path): len(path.read_text(encoding="utf-8").splitlines()) for path in TESTS}
    assert {name: length for name, length in lengths.items() if length > LONGEST_FILE} == {}


def test_most_functions_are_short() -> None:
    lengths = [lines(one) for path in FILES for one in functions(path)]
    assert median(lengths) <= 8
    assert quantiles(lengths, n=10)[-1] <= 30


@pytest.mark.parametrize("path", FILES, ids=named)
def test_blocks_are_shallow(path: Path) -> None:
    assert {one.name: depth(one) for one in functions(path) if depth(one) > DEEPEST_BLOCK} == {}


def test_functions_take_few_parameters_by_position() -> None:
    found = {
        f"{named(path)}:{one.name}" for path in FILES for one in functions(path) if _positional(one) > MOST_PARAMETERS
    }
    assert found == DICTATED


def _positional(function: Function) -> int:
    names = [one.arg for one in (*function.args.posonlyargs, *function.args.args)]
    return len(names) - (names[:1] in (["self"], ["cls"]))


def test_classes_offer_few_names() -> None:
    classes = [one for path in FILES for one in ast.walk(parsed(path)) if isinstance(one, ast.ClassDef)]
    assert {one.name for one in classes if len(_offered(one)) > MOST_NAMES} == {*WIDE}


def _offered(one: ast.ClassDef) -> set[str]:
    """Return the methods and properties that a class defines; fields of data are not counted."""
    return {part.name for part in one.body if isinstance(part, Function) and part.name[0] != "_"}


@pytest.mark.parametrize("top", ["pytest_traces", "tests", "benchmarks"])
def test_a_folder_lists_few_entries(top: str) -> None:
    folders = [ROOT / top, *(path.parent for path in (ROOT / top).rglob("__init__.py"))]
    counts = {path.relative_to(ROOT).as_posix(): len(_entries(path)) for path in folders}
    assert {name: count for name, count in counts.items() if count > MOST_ENTRIES} == {}


def _entries(folder: Path) -> list[Path]:
    listed = [path for path in folder.iterdir() if path.name[0] not in "._" or path.name == "__main__.py"]
    is_of_rooms = folder.relative_to(ROOT).as_posix() in ROOMS
    return [path for path in listed if path.suffix == ".py" or (any(path.rglob("*.py")) and not is_of_rooms)]


def test_the_adapter_of_the_example_fits_a_screen() -> None:
    adapter = ROOT / "examples" / "your_own_adapter" / "tinyflow_traces.py"
    assert len(adapter.read_text(encoding="utf-8").splitlines()) <= LONGEST_FUNCTION

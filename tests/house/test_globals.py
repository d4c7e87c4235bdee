"""State that outlives a test is listed in CONTRIBUTING, and nowhere else in the package is there any."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
FILES = sorted((ROOT / "pytest_traces").rglob("*.py"))
PAGE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
LISTED = re.compile(r"^\| `([\w./]+)` \| (`\w+`(?:, `\w+`)*) \|", re.MULTILINE)
HOLDS_STATE = {"ContextVar", "Lock", "WeakKeyDictionary", "WeakSet", "dict", "list", "local", "set"}
VALUES = {"Form", "Texts", "Usage"}
"""Classes of ours whose objects never change."""


def _own_classes() -> set[str]:
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in FILES]
    return {node.name for tree in trees for node in ast.walk(tree) if isinstance(node, ast.ClassDef)}


def _state(path: Path, stateful: set[str]) -> Iterator[str]:
    """Yield the names of a module that are bound to an object which may change."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.AnnAssign) and not ast.unparse(node.annotation).startswith("Mapping"):
            targets: list[ast.expr] = [node.target]
        elif isinstance(node, ast.Assign):
            targets = node.targets
        else:
            continue
        if _may_change(node.value, stateful):
            yield from (target.id for target in targets if isinstance(target, ast.Name) and target.id != "__all__")


def _may_change(value: ast.expr | None, stateful: set[str]) -> bool:
    if isinstance(value, ast.List):
        return True
    if isinstance(value, ast.Dict):
        return not value.keys
    if isinstance(value, ast.Call):
        return ast.unparse(value.func).rpartition(".")[2] in stateful
    return False


def test_global_state_is_listed() -> None:
    stateful = HOLDS_STATE | (_own_classes() - VALUES)
    found = {
        (path.relative_to(ROOT / "pytest_traces").as_posix(), name) for path in FILES for name in _state(path, stateful)
    }
    listed = {(path, name) for path, names in LISTED.findall(PAGE) for name in re.findall(r"\w+", names)}
    assert found == listed


def test_no_function_binds_a_global_name() -> None:
    trees = {path: ast.parse(path.read_text(encoding="utf-8")) for path in FILES}
    assert [path for path, tree in trees.items() for node in ast.walk(tree) if isinstance(node, ast.Global)] == []

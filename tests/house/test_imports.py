"""No module and no room imports itself by a detour; imports for types and imports inside functions count too."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGE = "pytest_traces"

Graph = dict[str, set[str]]
"""Names of modules or rooms, and what each of them imports."""


def _modules() -> dict[str, Path]:
    paths = (ROOT / PACKAGE).rglob("*.py")
    return {".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path for path in paths}


def _imported(path: Path, modules: dict[str, Path]) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            named = [f"{node.module}.{one.name}" for one in node.names]
            yield from (name if name in modules else node.module for name in named)


def _graph_of_modules() -> Graph:
    modules = _modules()
    return {name: {*_imported(path, modules)} & {*modules} - {name} for name, path in modules.items()}


def _graph_of_rooms() -> Graph:
    """Return what each folder imports of folders that are neither inside it nor around it."""
    modules = _modules()
    rooms = {name: name if path.stem == "__init__" else name.rpartition(".")[0] for name, path in modules.items()}
    graph: Graph = {room: set() for room in rooms.values()}
    for name, imported in _graph_of_modules().items():
        room = rooms[name]
        graph[room] |= {rooms[one] for one in imported if not _is_inside(rooms[one], room)}
    return graph


def _is_inside(room: str, other: str) -> bool:
    return f"{room}.".startswith(f"{other}.") or f"{other}.".startswith(f"{room}.")


def _circle(graph: Graph) -> list[str]:
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as found:
        return list(found.args[1])
    return []


def test_no_modules_import_one_another_in_a_circle() -> None:
    assert _circle(_graph_of_modules()) == []


def test_no_rooms_import_one_another_in_a_circle() -> None:
    assert _circle(_graph_of_rooms()) == []


def test_a_circle_is_found() -> None:
    assert _circle({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}}) in (list("acba"), list("bacb"), list("cbac"))

"""Writes the table of docs/frameworks.md from what the contracts declare: `python -m tests.adapters.frameworks_page`.

A cell says yes because the contract's tests hold it; a lack, and its reason, is what a contract declares.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pytest_traces.adapters.registry import adapter_of

HERE = Path(__file__).parent
PAGE = HERE.parents[1] / "docs" / "frameworks.md"
BEGIN = "<!-- written by python -m tests.adapters.frameworks_page -->\n"
END = "<!-- end -->\n"
CONTRACTS = {"AdapterContract", "ScenarioContract", "SdkContract"}

COLUMNS = {
    "types": "llms",
    "input, output": "inputs",
    "usage": "usage",
    "streaming": "chunks",
    "retries": None,
    "errors": None,
    "parallel": None,
    "nested agents": None,
    "cancellation": "cancellation",
}
"""What the contract tests, and how a lack of it is declared; `None` where no framework may lack it."""


@dataclass(frozen=True)
class Contract:
    """What the class of a contract declares; it is read, not imported: Tracium would instrument the process."""

    name: str
    adapter: str | None
    lacks: Mapping[str, str]

    @property
    def verified(self) -> str:
        """The versions on which the contract ran."""
        if self.adapter is None:
            return ""
        adapter = adapter_of(self.adapter)
        oldest, _, newest = adapter.verified.partition("..")
        return f"{adapter.distribution} {oldest if oldest == newest else f'{oldest} to {newest}'}"


def contracts() -> list[Contract]:
    """Return the contract of each framework, by its name."""
    found = [one for path in HERE.glob("with_*/test_contract.py") for one in _contracts_in(path)]
    return sorted(found, key=lambda one: one.name.lower())


def table() -> str:
    """Return the table, and below it the reason of each lack."""
    rows = [["framework", "verified", *COLUMNS], ["---"] * (2 + len(COLUMNS))]
    reasons: list[str] = []
    for one in contracts():
        rows.append([one.name, one.verified, *_cells(one, reasons)])
    lines = [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join([*lines, "", *(f"{number}. {reason}" for number, reason in enumerate(reasons, 1)), ""])


def page(text: str) -> str:
    """Return the page with the table of today."""
    before, _, rest = text.partition(BEGIN)
    return f"{before}{BEGIN}{table()}{END}{rest.partition(END)[2]}"


def _contracts_in(path: Path) -> Iterator[Contract]:
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ClassDef) and {ast.unparse(base) for base in node.bases} & CONTRACTS:
            said = dict(_assigned(node))
            adapter = said.get("adapter")
            lacks = ast.literal_eval(said["lacks"]) if "lacks" in said else {}
            name = ast.get_docstring(node) or node.name
            yield Contract(name.removesuffix("."), _named(adapter), lacks)


def _assigned(node: ast.ClassDef) -> Iterator[tuple[str, ast.expr]]:
    for line in node.body:
        if isinstance(line, ast.Assign | ast.AnnAssign) and line.value is not None:
            target = line.targets[0] if isinstance(line, ast.Assign) else line.target
            yield ast.unparse(target), line.value


def _named(adapter: ast.expr | None) -> str | None:
    """Return the name in `adapter_of("name")`."""
    return None if adapter is None else str(ast.literal_eval(adapter.args[0]))  # type: ignore[attr-defined]


def _cells(one: Contract, reasons: list[str]) -> Iterator[str]:
    for column, lack in COLUMNS.items():
        if lack is None or lack not in one.lacks:
            yield "yes"
        else:
            reasons.append(f"{one.name}, {column}: {one.lacks[lack]}.")
            yield f"no ({len(reasons)})"


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")

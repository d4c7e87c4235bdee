"""Prints which snapshot notices which change; `docs/evidence/kill_table.md` keeps what it prints."""

from __future__ import annotations

import sys
from collections.abc import Iterable

from tests.laws.mutations.verdicts import KINDS, Verdict, verdicts

_HEAD = """\
# What each snapshot notices

Every change below was made, one at a time, at every possible place of four recorded programs (retries, parallel
tools, nested agents side by side, cut streams, two runs), and written as the three snapshots.
`12` means that all 12 mutants were noticed, as they should be; `3 of 12` that only 3 of them concern that snapshot, and
exactly these were noticed; `·` that none should be, and none was. Anything else would be a bug, and printed as one.

Printed by `python -m tests.laws.mutations.kill_table`; a test keeps it current.
"""


def table(results: Iterable[Verdict]) -> str:
    """Write the verdicts as a page of Markdown."""
    by_mutation: dict[str, list[Verdict]] = {}
    for verdict in results:
        by_mutation.setdefault(verdict.mutation, []).append(verdict)
    rows = [["change", "mutants", *KINDS], ["---", "---:", *(["---:"] * len(KINDS))]]
    for mutation, some in by_mutation.items():
        rows.append([mutation, str(len(some)), *(_cell(some, kind) for kind in KINDS)])
    total = sum(map(len, by_mutation.values()))
    lines = [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join([_HEAD, *lines, "", f"{total} mutants, {_wrong(by_mutation)} surviving or killed by mistake."])


def _cell(some: list[Verdict], kind: str) -> str:
    due = sum(kind in verdict.expected for verdict in some)
    killed = sum(kind in verdict.killed & verdict.expected for verdict in some)
    by_mistake = sum(kind in verdict.killed - verdict.expected for verdict in some)
    if killed < due or by_mistake:
        return f"**{due - killed} survived, {by_mistake} by mistake**"
    return "·" if not due else str(due) if due == len(some) else f"{due} of {len(some)}"


def _wrong(by_mutation: dict[str, list[Verdict]]) -> int:
    return sum(verdict.killed != verdict.expected for some in by_mutation.values() for verdict in some)


if __name__ == "__main__":
    sys.stdout.write(table(verdicts()) + "\n")

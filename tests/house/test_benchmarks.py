from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from benchmarks.table import Row, duration, render

ROOT = Path(__file__).parents[2]
ROWS = ["record one span"] * 3 + [
    "the same, no recorder",
    "one test, no act",
    "one test, one act",
    "one call that an act asks about, 50 spans",
    "index 51 spans",
    "find one of them by name",
]
ROWS += [
    "draw and compare 51 spans",
    "explain one inserted in 51",
    "capture a chat call of OpenAI's SDK",
    "capture a streamed one",
    "capture a call of its Responses",
    "capture a streamed one",
    "capture a call of Anthropic's SDK",
    "capture a streamed one",
    "capture a LangChain agent",
    "capture an agent of the Agents SDK",
    "capture a pydantic-ai agent",
    "pytest start-up, plugin unused",
]


def test_one_command_prints_the_table_and_the_curve():
    command = [sys.executable, "-m", "benchmarks", "--spans", "50", "--longest", "50", "--repeats", "1"]
    printed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    table, curve = printed.split("\n\n")
    assert [line.split("  ")[0] for line in table.splitlines()[2:]] == ROWS
    assert "1 edit" in table
    assert [line.split()[0] for line in curve.splitlines()] == ["spans", "50"]


def test_a_peer_that_is_not_installed_is_said_so_in_its_row():
    rows = [Row("record", 1.5e-6, "another", None, "≤ 2 µs"), Row("draw", 0.1, "syrupy", 0.4, "", "a note")]
    assert render(rows).splitlines()[2:] == [
        "record  1.5 µs  another  not installed               ≤ 2 µs",
        "draw    100 ms  syrupy   400 ms         0.25                 a note",
    ]


def test_durations_have_a_unit_and_three_figures():
    assert [duration(seconds) for seconds in (2.345678, 0.0123456, 0.0000012345, 2e-9, None)] == [
        "2.35 s",
        "12.3 ms",
        "1.23 µs",
        "0.002 µs",
        "?",
    ]

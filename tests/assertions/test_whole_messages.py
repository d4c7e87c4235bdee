"""Each assertion can fail: a test shows it failing and compares its whole message."""

from __future__ import annotations

import ast
from pathlib import Path

from pytest_traces.trace.trace import Trace

OF_SNAPSHOTS = {"assert_span_tree", "assert_events", "assert_usage"}
"""Assertions that fail in `tests/snapshots/test_failing.py`, each with its whole message."""


def compared_whole() -> set[str]:
    """Return the assertions of lines like `assert why(trace.assert_once, ...) == text(...)`."""
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in Path(__file__).parent.rglob("test_*.py")]
    equal = [
        node.left
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.Eq)
    ]
    asked = [call.args[0] for call in equal if isinstance(call, ast.Call) and ast.unparse(call.func) == "why"]
    return {assertion.attr for assertion in asked if isinstance(assertion, ast.Attribute)}


def test_a_test_compares_the_whole_message_of_each_assertion():
    offered = {name for name in dir(Trace) if name.startswith("assert_")}
    assert offered - compared_whole() == OF_SNAPSHOTS

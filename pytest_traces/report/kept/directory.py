"""A directory of kept traces: OTLP JSON lines in one file for each test, in a directory for each module."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pytest_traces.files import replace_file, safe_name
from pytest_traces.formats.otlp.lines import otlp_lines
from pytest_traces.model.tree import SpanTree


def file_of(nodeid: str, suffix: str = "") -> str:
    """Return the path of a test's trace below the directory.

    >>> file_of("tests/test_weather.py::TestOutage::test_recovers[Paris]", ".attempt-2")
    'tests/test_weather.py/TestOutage.test_recovers[Paris].attempt-2.jsonl'
    """
    module, _, test = nodeid.partition("::")
    function, bracket, parameters = test.partition("[")
    name = f"{function.replace('::', '.')}{bracket}{parameters}" or "module"
    return "/".join([*map(_part, module.split("/")), f"{safe_name(name)}{suffix}.jsonl"])


def keep_trace(directory: Path, file: str, tree: SpanTree, resource: Mapping[str, Any]) -> None:
    """Write one trace in one step; raises `OSError` if that fails."""
    replace_file(directory / file, "".join(f"{line}\n" for line in otlp_lines(tree, resource)))


def _part(name: str) -> str:
    return safe_name(name) if name.strip(".") else "_"  # "..": a module beside the root

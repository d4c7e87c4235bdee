"""The command `pytest-traces`: looks at trace files, decides on pending snapshots; it runs no test."""

from pytest_traces.cli.program import main

__all__ = ["main"]

"""The command `pytest-traces`: it reads trace files and decides on pending snapshots, and runs no test."""

from pytest_traces.cli.program import main

__all__ = ["main"]

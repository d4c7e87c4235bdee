"""Options about what a run leaves behind: declared here, read once, their faults told with all others."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest

KEEP = ("off", "on-failure", "all")
DIRECTORY = ".pytest_traces"
"""Where traces are kept, below pytest's root directory, unless `--trace-dir` tells."""


class RunOptions(NamedTuple):
    """What a run leaves behind."""

    keep: str
    """Of which tests the traces are kept in files: `off`, `on-failure` or `all`."""
    directory: Path
    """Where they are kept."""
    shown_directory: str
    """The same, as the user wrote it."""

    save: str
    """Where the run is saved; empty if it is not."""


def add_run_options(group: pytest.OptionGroup) -> None:
    """Declare the options."""
    group.addoption(
        "--trace-keep",
        choices=KEEP,
        default="off",
        help="keep the traces of failed or of all tests, as OTLP JSON lines; trace every test",
    )
    group.addoption(
        "--trace-dir",
        metavar="DIR",
        default=None,
        help=f"where --trace-keep writes ({DIRECTORY} in the root directory)",
    )
    group.addoption(
        "--trace-save", metavar="FILE", default="", help="save the run, to report it with others; trace every test"
    )


def read_run_options(config: pytest.Config) -> RunOptions:
    """Read the options."""
    given = config.getoption("trace_dir")
    directory = config.rootpath / DIRECTORY if given is None else config.invocation_params.dir / given
    return RunOptions(
        keep=config.getoption("trace_keep"),
        directory=directory,
        shown_directory=DIRECTORY if given is None else given,
        save=config.getoption("trace_save"),
    )

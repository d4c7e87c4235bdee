"""Options about the files of a run: read once, all faults reported together."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from pytest_traces.errors import TracesError
from pytest_traces.plugin.options import DIRECTORY

if TYPE_CHECKING:
    from pytest_traces.report.comparison.limits import Limit


class RunOptions(NamedTuple):
    """The files of a run."""

    keep: str
    """The tests whose traces are kept in files: `off`, `on-failure` or `all`."""
    directory: Path
    """The directory for them."""
    shown_directory: str
    """The same, as the user wrote it."""
    is_asked: bool
    """Whether the command line names the directory: CI then writes snapshots of failed tests there, too."""
    save: Path | None
    """The file for the saved run; `None` if it is not saved."""
    compare: Path | None
    """The baseline: a saved run or a directory of saved runs; `None` if there is none."""
    compare_fail: Mapping[str, Limit]
    """Limits on the changes of a test."""
    coverage: bool
    """Whether the table of coverage is printed."""
    coverage_fail: Mapping[str, Limit]
    """Limits on the coverage."""


def read_run_options(config: pytest.Config, faults: list[str]) -> RunOptions:
    """Read the options; errors are added to `faults`."""
    given = config.getoption("trace_dir")
    keep = config.getoption("trace_keep")
    directory = path_of(config, "--trace-dir", faults) or config.rootpath / DIRECTORY
    if given is not None:
        _refuse_foreign(directory, faults, indexed=keep != "off")
    return RunOptions(
        keep=keep,
        directory=directory,
        shown_directory=DIRECTORY if given is None else given,
        save=file_to_write(config, "--trace-save", faults),
        compare=path_of(config, "--trace-compare", faults),
        compare_fail=_compare_limits(config, faults),
        coverage=config.getoption("trace_coverage") or config.getoption("trace_coverage_fail") is not None,
        coverage_fail=_coverage_limits(config, faults),
        is_asked=given is not None or keep != "off",
    )


def path_of(config: pytest.Config, option: str, faults: list[str]) -> Path | None:
    """Return where the path of an option leads; `None` if the option is not given or its path is refused."""
    given = config.getoption(option.removeprefix("--").replace("-", "_"))
    if given is None:
        return None
    if not given.strip():
        faults.append(f"{option}: expected a path, got {given!r}")
        return None
    try:
        return config.invocation_params.dir / Path(given).expanduser()
    except RuntimeError:
        faults.append(f"{option}: {given!r} begins with the home of a user that does not exist")
        return None


def file_to_write(config: pytest.Config, option: str, faults: list[str]) -> Path | None:
    """Return the file that an option writes; a directory is refused, and a file with other content."""
    path = path_of(config, option, faults)
    if path is None:
        return None
    from pytest_traces.files import PAGE, SAVED_RUN, is_another

    if path.is_dir():
        faults.append(f"{option}: expected a file to write, got the directory {str(path)!r}")
    elif is_another(path, PAGE if option == "--trace-html" else SAVED_RUN):  # `--trace-html tests/test_a.py` is a slip
        faults.append(f"{option}: it would overwrite {str(path)!r}, which it has not written; name another file")
    return path


def _refuse_foreign(directory: Path, faults: list[str], *, indexed: bool) -> None:
    """Refuse a file in place of a directory, and an index of another tool: a run deletes the index of the last one."""
    if directory.is_file():
        faults.append(f"--trace-dir: expected a directory, got the file {str(directory)!r}")
    elif indexed and directory.is_dir():
        from pytest_traces.report.kept.index import INDEX, is_foreign

        if is_foreign(directory):
            faults.append(f"--trace-dir: {str(directory / INDEX)!r} is of another tool; give it another directory")


def _compare_limits(config: pytest.Config, faults: list[str]) -> Mapping[str, Limit]:
    """Read the limits of a comparison; without limits no module is loaded."""
    given = config.getoption("trace_compare_fail")
    if given is None:
        return {}
    from pytest_traces.report.comparison.changes import KEYS

    if config.getoption("trace_compare") is None:
        faults.append("--trace-compare-fail: it needs --trace-compare FILE")
    return _limits("--trace-compare-fail", given, KEYS, faults)


def _coverage_limits(config: pytest.Config, faults: list[str]) -> Mapping[str, Limit]:
    """Read the limits of coverage."""
    given = config.getoption("trace_coverage_fail")
    if given is None:
        return {}
    from pytest_traces.report.coverage.coverage import LIMITED

    limits = _limits("--trace-coverage-fail", given, LIMITED, faults)
    for key, limit in limits.items():
        if limit.is_percent and limit.amount > 100:
            faults.append(f"--trace-coverage-fail: expected {key} up to 100%, got {limit}")
    return limits


def _limits(option: str, given: str, known: tuple[str, ...], faults: list[str]) -> Mapping[str, Limit]:
    from pytest_traces.report.comparison.limits import read_limits

    try:
        return read_limits(given, known)
    except TracesError as error:
        faults.append(f"{option}: {error}")
        return {}

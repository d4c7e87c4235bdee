"""The user's options and ini keys: read once, all faults reported together."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from pytest_traces.errors import TracesError
from pytest_traces.plugin.options import INI, written_keys
from pytest_traces.plugin.session.run_options import RunOptions, file_to_write, read_run_options
from pytest_traces.wording import nearest

if TYPE_CHECKING:
    from pytest_traces.analysis.health.retries import RetryRule
    from pytest_traces.snapshots.normalising.masks import Masks

SHORTEST_TEXT = 100
"""The least value of `trace_snapshot_text`: such a text fits on a line."""

SUMMARY_LINES = ("auto", "always", "never")


class Settings(NamedTuple):
    """The settings of the user."""

    always: bool
    """Whether every test is recorded, even without an option that needs it."""
    slow_ms: float
    retry_rule: RetryRule
    max_spans: int
    max_events: int
    report: bool
    report_rows: int
    html: Path | None
    """The file of the page; `None` if there is none."""
    summary_line: str
    """Whether one line is printed if no option asks for the report: `auto`, `always` or `never`."""
    send: bool
    content: bool
    otlp: bool
    """Whether spans of other processes are received."""
    tools: list[str]
    redact: list[str]
    text_limit: int
    ignore: list[str]
    replace: dict[str, str]
    include: list[str]
    limits: dict[str, Any]
    stable: int
    run: RunOptions
    ci: bool
    """Whether this is CI: there, no snapshot and no pending result is written unasked."""
    on_github: bool
    """Whether this is a job of GitHub Actions, which gets a summary and annotations."""

    @property
    def records_every_test(self) -> bool:
        """Whether tests that do not ask for their trace are recorded too."""
        return self.always or self.report or self.run.keep != "off" or self.has_results

    @property
    def sends_traces(self) -> bool:
        """Whether the reports of tests carry their traces, packed for the page."""
        return bool(self.html or self.run.save)

    @property
    def has_results(self) -> bool:
        """Whether an option needs the results of all tests at the end of the session."""
        return bool(self.html or self.run.save or self.run.compare or self.run.coverage)

    def masks(self) -> Masks | None:
        """Return the masks of every snapshot; a suite without masks loads no module for them."""
        if not (self.ignore or self.replace or self.include):
            return None
        from pytest_traces.snapshots.normalising.masks import Masks, written_mask

        replace = {path: written_mask(mask) for path, mask in self.replace.items()}
        return Masks(ignore=self.ignore, replace=replace, include=self.include)


def read_settings(config: pytest.Config) -> Settings:
    """Read everything once; raise one `UsageError` that names every fault."""
    faults: list[str] = []
    ini = {name: _read(config, name, faults) for name, *_ in INI}
    slow = config.getoption("trace_slow")
    settings = Settings(
        always=ini["trace_always"],
        slow_ms=ini["trace_slow_ms"] if slow is None else slow,
        retry_rule=ini["trace_retry_rule"],
        max_spans=ini["trace_max_spans"],
        max_events=ini["trace_max_events"],
        report=config.getoption("trace_report"),
        report_rows=ini["trace_report_rows"],
        html=file_to_write(config, "--trace-html", faults),
        summary_line=ini["trace_summary_line"],
        send=ini["trace_send"],
        content=ini["trace_content"],
        otlp=ini["trace_otlp"],
        tools=ini["trace_tools"],
        redact=ini["trace_redact"],
        text_limit=ini["trace_snapshot_text"],
        ignore=ini["trace_snapshot_ignore"],
        replace=_pairs("trace_snapshot_replace", ini["trace_snapshot_replace"], faults),
        include=ini["trace_snapshot_include"],
        limits=_pairs("trace_limits", ini["trace_limits"], faults),
        stable=config.getoption("trace_stable"),
        run=read_run_options(config, faults),
        ci=os.environ.get("CI", "").lower() not in ("", "0", "false"),
        on_github=os.environ.get("GITHUB_ACTIONS") == "true",
    )
    faults.extend(_faults(settings))
    faults.extend(_unknown_keys(config))
    if settings.stable > 1 and not config.getoption("update_snapshots", False):
        faults.append("--trace-stable: it records snapshots, so it needs --snapshot-update")
    if faults:
        raise pytest.UsageError("\n".join(faults))
    return settings


def _read(config: pytest.Config, name: str, faults: list[str]) -> Any:
    try:
        return config.getini(name)
    except (TypeError, ValueError, pytest.UsageError) as error:  # pytest 9 wraps the former into the latter
        kind, default = next((kind, default) for key, kind, _, default in INI if key == name)
        given = str(error).rpartition(": ")[2]
        number = {"float": "a number", "int": "a whole number"}.get(kind)
        faults.append(f"{name}: expected {number}, got {given}" if number else f"{name}: {error}")
        return default


def _unknown_keys(config: pytest.Config) -> Iterator[str]:
    """Yield misspelt keys of the ini file: pytest only warns of them, and a limit would not hold."""
    for key in dict.fromkeys(written_keys(config)):
        try:
            config.getini(key)
        except (ValueError, KeyError):
            yield f"{key}: unknown ini key{nearest(key, [name for name, *_ in INI])}"
        except (TypeError, pytest.UsageError):  # a known key with a wrong value
            continue


def _faults(settings: Settings) -> list[str]:
    faults = []
    if not settings.slow_ms >= 0:  # not "slow_ms < 0": NaN is no number of milliseconds
        faults.append(f"--trace-slow / trace_slow_ms: expected milliseconds, got {settings.slow_ms}")
    if settings.retry_rule not in ("failed", "repeated"):
        near = nearest(settings.retry_rule, ("failed", "repeated"))
        faults.append(f"trace_retry_rule: expected 'failed' or 'repeated', got {settings.retry_rule!r}{near}")
    if settings.summary_line not in SUMMARY_LINES:
        near = nearest(settings.summary_line, SUMMARY_LINES)
        known = ", ".join(map(repr, SUMMARY_LINES))
        faults.append(f"trace_summary_line: expected one of {known}, got {settings.summary_line!r}{near}")
    for name in ("max_spans", "max_events", "report_rows"):
        if getattr(settings, name) < 1:
            faults.append(f"trace_{name}: expected at least 1, got {getattr(settings, name)}")
    if settings.text_limit < SHORTEST_TEXT:
        faults.append(f"trace_snapshot_text: expected at least {SHORTEST_TEXT}, got {settings.text_limit}")
    if settings.stable < 1:
        faults.append(f"--trace-stable: expected at least 1 run, got {settings.stable}")
    for pattern in settings.redact:
        try:
            re.compile(pattern)
        except re.error as error:
            faults.append(f"trace_redact: {pattern!r} is no regex: {error}")
    for key, masks in _masks_by_key(settings).items():
        try:
            masks.masks()
        except TracesError as error:
            faults.append(f"{key}: {error}")
    limits = _fault_in_limits(settings.limits)
    return faults if limits is None else [*faults, limits]


def _masks_by_key(settings: Settings) -> dict[str, Settings]:
    """Return settings that have the masks of one ini key each."""
    none = settings._replace(ignore=[], replace={}, include=[])
    return {
        "trace_snapshot_ignore": none._replace(ignore=settings.ignore),
        "trace_snapshot_replace": none._replace(replace=settings.replace),
        "trace_snapshot_include": none._replace(include=settings.include),
    }


def _fault_in_limits(limits: dict[str, Any]) -> str | None:
    """Return the error in the limits of the ini file; a suite without limits loads no module for them."""
    if not limits:
        return None
    from pytest_traces.assertions.expectations.limits import Limits

    try:
        Limits.read(limits)
    except TracesError as error:
        return f"trace_limits: {error}"
    return None


def _pairs(name: str, lines: list[str], faults: list[str]) -> dict[str, Any]:
    pairs: dict[str, Any] = {}
    for line in lines:
        key, equals, value = (part.strip() for part in line.partition("="))
        if not (key and equals and value):
            faults.append(f"{name}: expected 'name = value', got {line!r}")
        elif key not in pairs:
            pairs[key] = value
        elif name == "trace_limits" and key == "never":
            pairs[key] += f", {value}"
        else:
            faults.append(f"{name}: {key!r} is there twice, as {pairs[key]!r} and {value!r}")
    return pairs

"""Every option and ini key, as data: declared at each start of pytest, read only if the user set one or uses traces."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, cast

import pytest

SLOW_MS = 1_500.0
KEEP = ("off", "on-failure", "all")
DIRECTORY = ".pytest_traces"
"""Default directory for kept traces, below pytest's root directory."""

_FLAG: Mapping[str, Any] = {"action": "store_true", "default": False}
_FILE: Mapping[str, Any] = {"metavar": "FILE", "default": None}
_LIMITS: Mapping[str, Any] = {"metavar": "LIMITS", "default": None}

OPTIONS: tuple[tuple[str, Mapping[str, Any], str], ...] = (
    ("--trace-report", _FLAG, "tell retries, slow steps and usage at the end; trace every test"),
    (
        "--trace-slow",
        {"type": float, "metavar": "MS", "default": None},
        f"what counts as slow, in milliseconds ({SLOW_MS:.0f})",
    ),
    (
        "--trace-stable",
        {"type": int, "metavar": "N", "default": 1},
        "with --snapshot-update: run each test N times and write what was the same",
    ),
    ("--trace-html", _FILE, "write every test's trace into one HTML page; trace every test"),
    (
        "--trace-keep",
        {"choices": KEEP, "default": "off"},
        "keep the traces of failed or of all tests, as OTLP JSON lines; trace every test",
    ),
    (
        "--trace-dir",
        {"metavar": "DIR", "default": None},
        f"where --trace-keep writes, and CI leaves snapshots that failed ({DIRECTORY} in the root directory)",
    ),
    ("--trace-save", _FILE, "save the run, to report it with others; trace every test"),
    ("--trace-compare", _FILE, "tell what changed since a saved run, or the runs in a directory; trace every test"),
    (
        "--trace-compare-fail",
        _LIMITS,
        'with --trace-compare: fail if a test changed more, as in "tokens:10%%,calls:0"',
    ),
    ("--trace-coverage", _FLAG, "tell which tools were offered, called, failed; trace every test"),
    (
        "--trace-coverage-fail",
        _LIMITS,
        'fail if less of the offered tools is covered, as in "called:100%%,failed:50%%"; tells the coverage too',
    ),
)
"""Every option of the command line: name, arguments of argparse, help."""

INI: tuple[tuple[str, str, str, Any], ...] = (
    ("trace_slow_ms", "float", "milliseconds from which a span is slow", SLOW_MS),
    ("trace_always", "bool", "record every test, so that each failed one shows its trace", False),
    ("trace_retry_rule", "string", "`failed`, or `repeated`: a tool that appears again was retried", "failed"),
    ("trace_max_spans", "int", "spans one test may record before it fails as a runaway", 100_000),
    ("trace_max_events", "int", "events one test may record before it fails as a runaway", 1_000_000),
    ("trace_report_rows", "int", "rows of each list in the trace report", 10),
    ("trace_summary_line", "string", "one line without --trace-report: `auto` if it helps, `always`, `never`", "auto"),
    (
        "trace_content",
        "bool",
        "ask frameworks, while a test is recorded, to tell messages and arguments in their OpenTelemetry spans",
        True,
    ),
    ("trace_send", "bool", "let frameworks send traces to their own backends while a test is recorded", False),
    ("trace_otlp", "bool", "receive the OpenTelemetry spans of processes that a program starts", False),
    ("trace_tools", "linelist", "functions of the program whose calls are tools, as in `shop.tools:search`", []),
    ("trace_redact", "linelist", "regexes of what is secret, beside what looks like a credential", []),
    ("trace_snapshot_text", "int", "characters up to which snapshots keep a text whole", 2_000),
    ("trace_snapshot_ignore", "linelist", "paths every span tree snapshot leaves out", []),
    ("trace_snapshot_replace", "linelist", "`path = mask` pairs every span tree snapshot masks", []),
    ("trace_snapshot_include", "linelist", "fields every span tree snapshot adds", []),
    ("trace_limits", "linelist", "`name = limit` pairs every test that records a trace must keep", []),
)
"""Every ini key: name, type, help, default."""


def add_options(parser: pytest.Parser) -> None:
    """Declare the options and ini keys."""
    group = parser.getgroup("traces", "traces of LLM and agent programs")
    for name, arguments, told in OPTIONS:
        group.addoption(name, dest=_key(name), help=told, **arguments)
    for name, kind, told, default in INI:
        parser.addini(name, told, type=cast(Any, kind), default=default)


def is_any_set(config: pytest.Config) -> bool:
    """Return whether an option has another value than its default, or a key of ours is written, misspelt ones too."""
    if any(config.getoption(_key(name)) != arguments["default"] for name, arguments, _ in OPTIONS):
        return True
    return any(written_keys(config))


def written_keys(config: pytest.Config) -> Iterator[str]:
    """Yield the keys of the ini file and of `-o` that begin like ours."""
    written = getattr(config, "_inicfg", None)  # pytest 9 deprecates the public name, and offers no other
    overridden = (pair.partition("=")[0] for pair in config.getoption("override_ini") or ())
    for key in (*(config.inicfg if written is None else written), *overridden):
        if key.startswith(("trace_", "traces_")):
            yield key


def _key(option: str) -> str:
    return option.lstrip("-").replace("-", "_")

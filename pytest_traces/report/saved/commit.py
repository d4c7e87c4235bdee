"""The commit that a run tested, and its age."""

from __future__ import annotations

import os
import subprocess
from datetime import UTC, datetime
from pathlib import Path

from pytest_traces.wording import count


def commit_of(directory: Path) -> tuple[str, str]:
    """Return the commit that is checked out in a directory, and its date; empty without git or a commit."""
    command = [
        "git",
        "-C",
        str(directory),
        "log",
        "-1",
        "--format=%H %cd",
        "--date=format-local:%Y-%m-%dT%H:%M:%S+00:00",
    ]
    try:
        told = subprocess.run(
            command, env={**os.environ, "TZ": "UTC"}, capture_output=True, text=True, timeout=10, check=True
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return "", ""
    commit, _, time = told.strip().partition(" ")
    return commit, time


def now() -> str:
    """Return the time in UTC, as ISO 8601."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def age(time: str, at: str) -> str:
    """Return the age of a time: `2 days old`, `of now`; `of an unknown date` if it cannot be read.

    >>> age("2026-01-01T00:00:00+00:00", "2026-01-03T12:00:00+00:00")
    '2 days old'
    """
    try:
        minutes = int((datetime.fromisoformat(at) - datetime.fromisoformat(time)).total_seconds() // 60)
    except (TypeError, ValueError):
        return "of an unknown date"
    for unit, length in (("day", 24 * 60), ("hour", 60), ("minute", 1)):
        if minutes >= length:
            return f"{count(minutes // length, unit)} old"
    return "of now"

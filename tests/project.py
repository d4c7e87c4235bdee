"""A project is a value: files in, run pytest on it in a process of its own, look at what a user would see."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent

import pytest

APP = """
from pytest_traces.runtime.tracing.spans import span


def ask(city="Paris", *, fails=0):
    with span(span_type="agent", name="weather"):
        for _ in range(fails):
            with span(span_type="tool", name="get_weather", input={"city": city}) as step:
                step.mark_failed("upstream timed out")
        with span(span_type="tool", name="get_weather", input={"city": city}) as step:
            step.record_output({"temp": 21})
        with span(span_type="llm", name="gpt-4o-mini") as step:
            step.set_token_usage(input_tokens=60, output_tokens=12)
"""
"""The program under test of most projects."""

_HANGS = 600  # seconds after which a run is given up; a busy machine is no reason to fail
PLUGINS = ("syrupy", "pytest_traces.plugin")
RERUNS = (*PLUGINS, "pytest_rerunfailures")
"""The plugins of a suite that marks tests as flaky."""


@dataclass(frozen=True)
class Result:
    """How a run went."""

    code: int
    output: str

    @property
    def outcomes(self) -> str:
        """What pytest's last line counts, as in `1 failed, 2 passed`."""
        counts = re.findall(r"\d+ (?:passed|failed|skipped|errors?|rerun|xfailed|deselected)", self._last_line)
        return ", ".join(counts)

    @property
    def _last_line(self) -> str:
        lines = [line for line in self.output.splitlines() if re.search(r" in [\d.]+s", line)]
        return lines[-1] if lines else ""

    def section(self, title: str) -> str:
        """Return what stands below a headline of the terminal report."""
        found = re.search(rf"^[=_-]+ {re.escape(title)} [=_-]+\n(.*?)(?=^[=_-]{{3,}} |\Z)", self.output, re.M | re.S)
        assert found is not None, f"no section {title!r} in\n{self.output}"
        return re.sub(r"^\[gw\d\] .*\n", "", found[1], flags=re.M).rstrip("\n")


class Project:
    """A directory with tests, a program, and pytest."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.write("app.py", APP)
        self.write("pytest.ini", "[pytest]\n")

    def write(self, name: str, text: str) -> Path:
        """Write a file."""
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text).lstrip("\n"), encoding="utf-8")
        return path

    def tests(self, text: str, name: str = "test_it.py") -> Path:
        """Write a test module that knows the program."""
        return self.write(name, "import pytest\nfrom app import ask\n\n" + dedent(text))

    def run(self, *arguments: str, plugins: tuple[str, ...] = PLUGINS, ci: bool = False, columns: int = 100) -> Result:
        """Run pytest; other plugins are loaded only when named, or needed by an option."""
        needed = [
            *plugins,
            *(["xdist.plugin"] if "-n2" in arguments or "-n4" in arguments else []),
            *(["pytest_rerunfailures"] if "--reruns=2" in arguments else []),
        ]
        return self.python("-m", "pytest", *(f"-p{plugin}" for plugin in needed), *arguments, ci=ci, columns=columns)

    def command(self, *arguments: str, directory: Path | None = None) -> Result:
        """Run our own command, in the project or in a directory of it."""
        return self.python("-m", "pytest_traces.cli", *arguments, directory=directory)

    def python(self, *arguments: str, ci: bool = False, directory: Path | None = None, columns: int = 100) -> Result:
        """Run Python in the project's directory."""
        foreign = ("PYTEST_", "PYTHONDONTWRITEBYTECODE", "CI", "GITHUB_")
        kept = {key: value for key, value in os.environ.items() if not key.startswith(foreign)}
        environment = kept | {
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
            "PYDANTIC_DISABLE_PLUGINS": "1",  # logfire's takes half a second of every run
            "COLUMNS": str(columns),
            **({"CI": "true"} if ci else {}),
        }
        ran = subprocess.run(
            [sys.executable, *arguments],
            cwd=directory or self.path,
            env=environment,
            capture_output=True,
            text=True,
            timeout=_HANGS,
        )
        return Result(ran.returncode, ran.stdout + ran.stderr)

    def snapshots(self, below: str = "") -> dict[str, str]:
        """Return the committed files by name."""
        files = sorted((self.path / below).rglob("*.trace"))
        return {file.relative_to(self.path).as_posix(): file.read_text(encoding="utf-8") for file in files}

    def pending(self) -> list[Path]:
        """Return the files of pending snapshots."""
        return sorted(self.path.glob(".pytest_cache/d/traces-pending/*.json"))


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """An empty project with a program in it."""
    return Project(tmp_path)

"""The examples run as a user runs them, in any order and on several workers, and give the same snapshots."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def run_examples(*options):
    command = [sys.executable, "-m", "pytest", "examples", "-p", "no:cacheprovider", *options]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8")


def test_the_examples_are_green_and_report_a_retry_and_a_slow_step():
    done = run_examples("--trace-report")
    assert done.returncode == 0, done.stdout
    report = done.stdout.partition("trace report")[2]
    assert int(re.search(r"(\d+) retr(?:y|ies)\b", report)[1]) >= 1
    assert int(re.search(r"(\d+) slow\b", report)[1]) >= 1
    assert "tool get_weather" in done.stdout
    assert re.search(r"tool get_forecast +\d+ +\d+ ", report.partition("slow steps")[2])


def test_the_examples_of_all_frameworks_give_the_same_snapshots_on_workers_and_in_random_order():
    done = run_examples("-q", "-n", "2", "--random-order-bucket=global", "--random-order-seed=7")
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("path", sorted((ROOT / "examples").glob("*/*.py")), ids=lambda path: path.name)
def test_an_example_is_short(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 60


def test_every_example_has_a_line_in_their_readme():
    readme = (ROOT / "examples" / "README.md").read_text(encoding="utf-8")
    folders = {path.parent.name for path in (ROOT / "examples").glob("*/*.py")}
    assert {folder for folder in folders if f"`{folder}`" not in readme} == set()

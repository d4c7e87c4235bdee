"""Tracium instruments its whole process when it is initialised: its tests run in a process of their own."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_tests_of_tracium_are_green():
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/adapters/with_tracium"]
    alone = os.environ | {"TRACIUM_APART": "1"}
    done = subprocess.run(command, cwd=ROOT, env=alone, capture_output=True, text=True, encoding="utf-8")
    assert done.returncode == 0, done.stdout

"""The tests of the resilience example turn red when its program no longer recovers, and say what is missing."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

RESILIENCE = Path(__file__).parents[2] / "examples" / "resilience"


@pytest.mark.parametrize(
    ("old", "new", "test", "told"),
    [
        (
            "SCRIPT[turns - failures]",
            "SCRIPT[turns]",
            "test_it_recovers_from_an_outage",
            "expected 1 span 'charge_card' with status 'success', found 0: called once, with another status",
        ),
        (
            "SCRIPT[turns - failures]",
            "SCRIPT[turns]",
            "test_no_single_failure_charges_the_card_twice",
            'outage 2 of 3: tool charge_card {"euros": 12} raises',
        ),
        (
            "max_retries=2",
            "max_retries=0",
            "test_a_busy_provider_is_asked_again",
            "expected to act 2 times on llm call: found 1, acted on 1",
        ),
    ],
)
def test_a_program_without_its_retry_turns_its_test_red(tmp_path, old, new, test, told):
    copy = tmp_path / "resilience"
    shutil.copytree(RESILIENCE, copy, ignore=shutil.ignore_patterns("__pycache__"))
    program = (copy / "shop.py").read_text(encoding="utf-8")
    assert old in program
    (copy / "shop.py").write_text(program.replace(old, new), encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-q", "-k", test]
    ran = subprocess.run(command, cwd=copy, capture_output=True, text=True, encoding="utf-8")
    assert ran.returncode == 1, ran.stdout
    assert re.search(r"^E .*" + re.escape(told), ran.stdout, re.MULTILINE), ran.stdout

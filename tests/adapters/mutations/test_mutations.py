"""Changing a program of any framework turns exactly its tests red, with a message that names the change."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.adapters.mutations.programs import FRAMEWORKS, Program
from tests.adapters.mutations.systems import SYSTEMS

PROGRAMS = [*FRAMEWORKS, *SYSTEMS]
EXAMPLES = Path(__file__).parents[3] / "examples"
Said = dict[str, dict[str, str]]
"""What the tests of each copy said: by the copy, by the test; nothing where it passed."""


def copy_of(program: Program, change: str) -> str:
    return f"{program.folder}_{change}"


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> Said:
    """Run the tests of a copy of each program for each change."""
    directory = tmp_path_factory.mktemp("mutations")
    (directory / "pytest.ini").write_text("[pytest]\nasyncio_mode = auto\n")
    for program in PROGRAMS:
        for change in ("intact", *program.changes):
            make_copy(directory / copy_of(program, change), program, change)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--junitxml=report.xml"]
    subprocess.run(command, cwd=directory, capture_output=True, check=False)
    told: Said = {}
    for case in ElementTree.parse(directory / "report.xml").iter("testcase"):
        failure = case.find("failure")
        tests = told.setdefault(case.get("classname", "").partition(".")[0], {})
        tests[case.get("name", "")] = "" if failure is None else failure.get("message", "")
    return told


def make_copy(copy: Path, program: Program, change: str) -> None:
    """Copy an example under module names of its own, with some text replaced."""
    copy.mkdir()
    source, module = EXAMPLES / program.folder, f"{program.module}_{copy.name}"
    for name in (program.module, f"test_{program.module}"):
        text = (source / f"{name}.py").read_text(encoding="utf-8")
        if change in program.changes:
            text = text.replace(program.changes[change].old, program.changes[change].new)
        text = text.replace(f"from {program.module} import", f"from {module} import")
        text = text.replace(f"import {program.module}\n", f"import {module} as {program.module}\n")
        text = text.replace(f'"{program.module}:', f'"{module}:')
        (copy / f"{name}_{copy.name}.py").write_text(text, encoding="utf-8")
    shutil.copytree(
        source / "__traces__" / f"test_{program.module}", copy / "__traces__" / f"test_{program.module}_{copy.name}"
    )


CHANGES = [
    pytest.param(program, name, id=f"{program.folder}-{name}") for program in PROGRAMS for name in program.changes
]


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.folder)
def test_a_copy_without_a_change_is_green(said: Said, program: Program) -> None:
    tests = said[copy_of(program, "intact")]
    assert program.compares in tests
    assert set(tests.values()) == {""}


@pytest.mark.parametrize(("program", "name"), CHANGES)
def test_a_change_turns_its_tests_red_and_is_named(said: Said, program: Program, name: str) -> None:
    change, tests = program.changes[name], said[copy_of(program, name)]
    assert change.told in tests[program.compares]
    assert {test for test, message in tests.items() if message} == {program.compares, *change.also}

"""`--trace-compare` and `--trace-compare-fail`, and `pytest-traces compare`: a run against a baseline."""

from __future__ import annotations

import re

import pytest

from tests.project import Project

TESTS = """
import os

def test_a(trace):
    ask(fails=int(os.environ["FAILS"]))

def test_b():
    ask()
"""
CONFTEST = """
import os

os.environ.setdefault("FAILS", "{fails}")
"""
COMPARISON = """\
 against main.jsonl (unknown commit, of now) · 1 of 2 tests changed · 2 not comparable

 beyond the limit     what                  before  now  change  limit
   test_it.py::test_a  calls of get_weather       1    2      +1      0

 changed              what                  before  now  change
   test_it.py::test_a  calls of get_weather       1    2      +1
   test_it.py::test_a  retries                    0    1      +1
   test_it.py::test_a  errors                     0    1      +1

 not comparable       why
   test_it.py::test_a  cost unknown before and now
   test_it.py::test_b  cost unknown before and now"""


def saved(project: Project, name: str = "main.jsonl", *, fails: int = 0, tests: str = TESTS) -> None:
    project.tests(tests)
    project.write("conftest.py", CONFTEST.format(fails=fails))
    assert project.run(f"--trace-save={name}").code == 0


def squeezed(text: str) -> str:
    return re.sub(" +", " ", text)


@pytest.mark.parametrize("workers", [(), ("-n2",)], ids=["plain", "n2"])
def test_a_run_beyond_its_limits_fails_with_the_list(project: Project, workers: tuple[str, ...]) -> None:
    saved(project)
    project.write("conftest.py", CONFTEST.format(fails=1))
    ran = project.run("--trace-compare=main.jsonl", "--trace-compare-fail=calls:0,tokens:10%", *workers)
    assert (ran.code, ran.outcomes) == (1, "2 passed")
    assert squeezed(ran.section("trace comparison").partition("\ntraces:")[0]) == squeezed(COMPARISON)


def test_without_limits_a_comparison_only_tells(project: Project) -> None:
    saved(project)
    project.write("conftest.py", CONFTEST.format(fails=1))
    ran = project.run("--trace-compare=main.jsonl")
    assert ran.code == 0
    assert " · 1 of 2 tests changed · " in ran.output


def test_the_same_run_keeps_within_every_limit(project: Project) -> None:
    saved(project)
    ran = project.run("--trace-compare=main.jsonl", "--trace-compare-fail=calls:0,tokens:0,retries:0,errors:0")
    assert ran.code == 0
    assert " · 0 of 2 tests changed · " in ran.output


def test_a_run_that_failed_keeps_its_own_exit_status(project: Project) -> None:
    saved(project)
    project.tests("def test_a():\n    ask()\n    assert 0\n")
    ran = project.run("--trace-compare=main.jsonl", "--trace-compare-fail=calls:0")
    assert (ran.code, ran.outcomes) == (1, "1 failed")
    assert "1 gone" in ran.output


def test_a_test_that_was_not_selected_is_not_gone(project: Project) -> None:
    saved(project)
    ran = project.run("--trace-compare=main.jsonl", "-k", "test_a")
    assert " · 0 of 1 test changed · " in ran.output


def test_a_limit_on_what_no_test_reports_fails(project: Project) -> None:
    saved(project)
    ran = project.run("--trace-compare=main.jsonl", "--trace-compare-fail=cost:5%")
    assert ran.code == 1
    assert " the limit on cost judged no test: none is comparable in it\n" in ran.output


def test_the_command_compares_files_and_fails_by_the_same_limits(project: Project) -> None:
    saved(project)
    saved(project, "now.jsonl", fails=1)
    ran = project.command("compare", "main.jsonl", "now.jsonl", "--fail", "calls:0")
    assert (ran.code, squeezed(ran.output.rstrip("\n"))) == (1, squeezed(COMPARISON))
    markdown = project.command("compare", "main.jsonl", "now.jsonl", "--markdown")
    assert (markdown.code, "| test\\_it.py::test\\_a | retries | 0 | 1 | +1 |\n" in markdown.output) == (0, True)


def test_a_directory_holds_several_runs(project: Project) -> None:
    for name in ("before/1", "before/2", "now/1", "now/2"):
        saved(project, f"{name}.jsonl", tests="import time\n\ndef test_a():\n    ask()\n")
    ran = project.command("compare", "before", "now")
    assert ran.output.startswith(" against before (2 runs, unknown commit, of now) · ")


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (
            ("--trace-compare=main.jsonl", "--trace-compare-fail=token:10%"),
            "--trace-compare-fail: unknown key 'token'; did you mean 'tokens'?; "
            "known are calls, tokens, cost, retries, errors, time",
        ),
        (("--trace-compare-fail=tokens:10%",), "--trace-compare-fail: it needs --trace-compare FILE"),
        (
            ("--trace-compare=gone.jsonl",),
            "--trace-compare: the saved run cannot be read: [Errno 2] No such file or directory: '{path}/gone.jsonl'",
        ),
        (("--trace-compare=empty",), "--trace-compare: the directory '{path}/empty' holds no saved run"),
        (
            ("--trace-compare=pytest.ini",),
            "--trace-compare: {path}/pytest.ini, line 1: it is not JSON: Expecting value: line 1 column 2 (char 1)",
        ),
    ],
)
def test_a_baseline_that_cannot_be_compared_is_refused_before_a_test_runs(
    project: Project, given: tuple[str, ...], told: str
) -> None:
    project.tests("def test_a():\n    ask()\n")
    (project.path / "empty").mkdir()
    ran = project.run(*given)
    assert (ran.code, ran.outcomes) == (4, "")
    assert ran.output.splitlines()[0] == f"ERROR: {told.format(path=project.path)}"


def test_a_test_that_records_nothing_any_more_breaks_a_limit_on_calls(project: Project) -> None:
    saved(project)
    project.tests("def test_a():\n    pass\n\ndef test_b():\n    ask()\n")
    ran = project.run("--trace-compare=main.jsonl", "--trace-compare-fail=calls:0")
    assert (ran.code, ran.outcomes) == (1, "2 passed")
    assert " test_it.py::test_a calls of get_weather 1 0 -1 0\n" in squeezed(ran.output)

"""`--trace-save`, and `pytest-traces report`: the runs of several machines as one."""

from __future__ import annotations

import re

import pytest

from pytest_traces.report.saved.files import load_run
from tests.plugin.umbrella import OSLO
from tests.project import RERUNS, Project

TESTS = f"""{OSLO}
def test_retries(trace):
    ask(fails=2)
    assert trace.tools

def test_fails():
    ask()
    assert 0, "no answer"

attempts = []

@pytest.mark.flaky(reruns=2)
def test_is_run_again(trace):
    ask()
    attempts.append(1)
    assert len(attempts) == 2

def test_fixture(oslo):
    with pytest_traces.record():
        ask("Bergen")
    oslo.assert_once("get_weather")
"""


@pytest.mark.parametrize("workers", [(), ("-n2",)], ids=["plain", "n2"])
def test_the_report_of_a_saved_run_is_the_report_of_the_run(project: Project, workers: tuple[str, ...]) -> None:
    project.tests(TESTS)
    ran = project.run("--trace-report", "--trace-save=out/run.jsonl", *workers, plugins=RERUNS)
    assert (ran.code, ran.outcomes) == (1, "1 failed, 3 passed, 1 rerun")
    reported = project.command("report", "out/run.jsonl")
    assert reported.code == 0
    assert reported.output.rstrip("\n") == ran.section("trace report")
    assert " 3 tests, 1 failed · 2 recordings · " in reported.output


def test_jobs_are_reported_as_one_run_with_one_page(project: Project) -> None:
    project.tests(TESTS)
    project.run("--trace-save=a.jsonl", "-k", "retries or fixture", plugins=RERUNS)
    project.run("--trace-save=b.jsonl", "-k", "retries or fails", plugins=RERUNS)
    reported = project.command("report", "b.jsonl", "a.jsonl", "--html", "all.html")
    assert reported.code == 0
    assert " 3 tests, 1 failed · 2 recordings · " in reported.output
    twice = reported.output.partition("\n ran twice")[2].splitlines()[1]
    assert twice == "   test_it.py::test_retries  a.jsonl, b.jsonl"
    assert reported.output.endswith(f"\ntrace page: {(project.path / 'all.html').as_uri()}\n")
    page = (project.path / "all.html").read_text(encoding="utf-8")
    shown = re.findall(r'"nodeid": ?"([^"]*)"', page)
    assert shown == [f"test_it.py::test_{name}" for name in ("fails", "fixture", "retries", "retries (b.jsonl)")]
    assert (
        project.command("report", "a.jsonl", "b.jsonl").output == reported.output.partition("\n\ntrace page")[0] + "\n"
    )


def test_a_run_that_cannot_be_saved_is_told_and_the_tests_keep_their_exit_status(project: Project) -> None:
    project.tests("def test_a():\n    ask()\n")
    project.write("taken", "a file")
    ran = project.run("--trace-save=taken/run.jsonl", "-Werror")
    assert (ran.code, ran.outcomes) == (0, "1 passed")
    told = f"pytest-traces: the run could not be saved: [Errno 17] File exists: '{project.path / 'taken'}'"
    assert [line for line in ran.output.splitlines() if line.startswith("pytest-traces:")] == [told]


def test_a_file_that_is_no_saved_run_is_an_error(project: Project) -> None:
    path = project.write("run.jsonl", "{}\n")
    ran = project.command("report", str(path))
    told = f"pytest-traces: {path}, line 1: its first line is not about a run"
    assert (ran.code, ran.output) == (2, f"{told}\n\nhint: pytest --trace-save writes such files\n")


def test_half_a_character_and_a_secret_are_saved_as_what_a_file_may_hold(project: Project) -> None:
    project.tests("""
    @pytest.mark.parametrize("key", [1], ids=["sk-proj-4f6Tq9Zr2LxW8bYc3NdM"])
    def test_a(trace, key):
        ask("Paris")
        raise ValueError("K\\ud83d sk-proj-4f6Tq9Zr2LxW8bYc3NdM")
    """)
    ran = project.run("--trace-save=run.jsonl", "--trace-keep=all")
    assert (ran.code, ran.outcomes) == (1, "1 failed")
    saved = (project.path / "run.jsonl").read_text(encoding="utf-8")
    assert ("sk-proj" in saved, "ValueError: K" in saved) == (False, True)
    assert project.command("report", "run.jsonl").code == 0


def test_collecting_alone_leaves_a_saved_run(project: Project) -> None:
    project.tests("def test_a():\n    ask()\n")
    project.run("--trace-save=run.jsonl")
    before = (project.path / "run.jsonl").read_bytes()
    project.run("--trace-save=run.jsonl", "--collect-only")
    assert (project.path / "run.jsonl").read_bytes() == before


def test_a_test_that_the_session_interrupted_has_not_passed(project: Project) -> None:
    project.tests("def test_a(trace):\n    ask()\n\ndef test_b(trace):\n    ask()\n    raise KeyboardInterrupt\n")
    assert project.run("--trace-save=run.jsonl").code == 2
    tests = load_run(project.path / "run.jsonl").tests
    assert [(test["nodeid"], test["outcome"], test["reason"]) for test in tests] == [
        ("test_it.py::test_a", "passed", ""),
        ("test_it.py::test_b", "error", "interrupted"),
    ]


def test_tests_whose_names_are_alike_without_their_secrets_are_two_tests(project: Project) -> None:
    project.tests("""
    @pytest.mark.parametrize("login", ["password=hunter2", "password=hunter3"])
    def test_a(trace, login):
        ask()
    """)
    ran = project.run("--trace-save=run.jsonl", "--trace-report")
    reported = project.command("report", "run.jsonl").output
    assert " 2 tests · " in ran.output
    assert " 2 tests · " in reported
    assert "hunter" not in reported

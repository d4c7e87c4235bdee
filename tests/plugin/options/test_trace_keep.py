"""`--trace-keep` and `--trace-dir`: the traces of tests as files, written at the teardown of each."""

from __future__ import annotations

import json
import re

import pytest

from pytest_traces.trace.trace import Trace
from tests.plugin.umbrella import OSLO
from tests.project import RERUNS, Project

TESTS = f"""{OSLO}
def test_passes(trace):
    ask()

def test_fails_and_does_not_ask_for_its_trace():
    ask()
    assert 0

attempts = []

@pytest.mark.flaky(reruns=2)
def test_is_run_again():
    ask("Rome", fails=len(attempts))
    attempts.append(1)
    assert len(attempts) == 2

def test_fails_over_the_trace_of_a_fixture(oslo):
    with pytest_traces.record():
        ask("Bergen")
    oslo.assert_never("get_weather")
"""
FAILED = {
    "test_it.py/oslo.record-X.jsonl",
    "test_it.py/test_fails_and_does_not_ask_for_its_trace.jsonl",
    "test_it.py/test_fails_over_the_trace_of_a_fixture.record-1.jsonl",
    "test_it.py/test_is_run_again.jsonl",
}
ALL = FAILED | {"test_it.py/test_is_run_again.attempt-2.jsonl", "test_it.py/test_passes.jsonl"}


def kept(project: Project, directory: str = ".pytest_traces") -> set[str]:
    home = project.path / directory
    return {
        re.sub(r"record-[0-9a-f]{8}", "record-X", path.relative_to(home).as_posix())
        for path in home.rglob("*.jsonl")
        if path.name != "index.jsonl"
    }


def index(project: Project) -> list[dict[str, object]]:
    lines = (project.path / ".pytest_traces" / "index.jsonl").read_text().splitlines()
    return [json.loads(line) for line in lines]


def test_traces_of_all_tests_are_kept_attempts_apart(project: Project) -> None:
    project.tests(TESTS)
    ran = project.run("--trace-keep=all", plugins=RERUNS)
    assert (ran.code, ran.outcomes) == (1, "2 failed, 2 passed, 1 rerun")
    assert kept(project) == ALL
    assert "6 traces kept in .pytest_traces\n" in ran.output
    assert [(one["attempt"], one["outcome"], one["file"]) for one in index(project)][2:4] == [
        (1, "failed", "test_it.py/test_is_run_again.jsonl"),
        (2, "passed", "test_it.py/test_is_run_again.attempt-2.jsonl"),
    ]
    home = project.path / ".pytest_traces" / "test_it.py"
    assert len(Trace.load(home / "test_is_run_again.jsonl").tools) == 1
    assert len(Trace.load(home / "test_is_run_again.attempt-2.jsonl").tools) == 2


def test_traces_of_failed_attempts_only_and_a_new_run_replaces_the_last(project: Project) -> None:
    project.tests(TESTS)
    options = ("--trace-keep=on-failure", "--trace-dir=out/traces")
    project.run(*options, "-n2", plugins=RERUNS)
    assert kept(project, "out/traces") == FAILED
    project.run(*options, "-k", "passes", plugins=RERUNS)
    assert kept(project, "out/traces") == set()


def test_a_killed_worker_loses_no_trace_of_another_test(project: Project) -> None:
    project.tests("""
    import os

    @pytest.mark.parametrize("city", ["Paris", "Rome", "Oslo", "Bergen"])
    def test_a(city):
        ask(city)

    def test_dies():
        ask()
        os._exit(3)

    def test_b(trace):
        ask()
    """)
    ran = project.run("--trace-keep=all", "-n2")
    assert ran.code == 1
    names = [f"test_a[{city}]" for city in ("Bergen", "Oslo", "Paris", "Rome")]
    assert kept(project) == {f"test_it.py/{name}.jsonl" for name in (*names, "test_b")}
    assert {one["file"] for one in index(project)} == kept(project)
    for file in kept(project):
        assert Trace.load(project.path / ".pytest_traces" / file).one("get_weather")


def test_a_directory_that_cannot_be_written_is_told_once(project: Project) -> None:
    project.tests("def test_a(trace):\n    ask()\n\ndef test_b(trace):\n    ask()\n")
    project.write("taken", "a file")
    ran = project.run("--trace-keep=all", "--trace-dir=taken/traces", "-Werror")
    assert (ran.code, ran.outcomes) == (0, "2 passed")
    told = [line for line in ran.output.splitlines() if line.startswith("pytest-traces:")]
    where = project.path / "taken" / "traces" / "index.jsonl"
    assert told == [f"pytest-traces: the traces of 2 tests could not be written: [Errno 20] Not a directory: '{where}'"]


def test_a_full_disk_is_told_once_and_leaves_no_half_file(project: Project) -> None:
    project.write(
        "conftest.py",
        """
    import resource

    def pytest_sessionstart():  # what is longer does not fit the disk
        resource.setrlimit(resource.RLIMIT_FSIZE, (8_000, 8_000))
    """,
    )
    project.tests("def test_a(trace):\n    ask()\n\ndef test_b(trace):\n    ask(9 * 'x', fails=30)\n")
    ran = project.run("--trace-keep=all", "-pno:cacheprovider")
    assert (ran.code, ran.outcomes) == (0, "2 passed")
    assert "pytest-traces: the traces of 1 test could not be written: [Errno 27] File too large\n" in ran.output
    assert kept(project) == {"test_it.py/test_a.jsonl"}
    assert [path.name for path in project.path.glob(".pytest_traces/*/.*")] == []


def test_no_file_is_written_unless_asked(project: Project) -> None:
    project.tests("def test_a(trace):\n    ask()\n    assert 0\n")
    ran = project.run("--trace-dir=out")
    assert (ran.code, (project.path / "out").exists()) == (1, False)


def test_junit_names_the_file(project: Project) -> None:
    project.tests("def test_a(trace):\n    ask()\n")
    project.run("--trace-keep=all", "--junitxml=junit.xml")
    assert '<property name="trace.file" value="test_it.py/test_a.jsonl" />' in (project.path / "junit.xml").read_text()


@pytest.mark.parametrize("given", ["--trace-keep=fail", "--trace-keep"])
def test_trace_keep_takes_one_of_three_words(project: Project, given: str) -> None:
    ran = project.run(given)
    assert ran.code == 4
    assert "--trace-keep" in ran.output

"""`--trace-coverage` and `--trace-coverage-fail`: which tools the tests cover."""

from __future__ import annotations

import re

import pytest

from tests.project import Project

SHOP = """
from pytest_traces.runtime.tracing.spans import span

TOOLS = [{"name": name, "input_schema": {"properties": {"order": {}}}} for name in ("find", "refund")]


def shop(tool="find", *, fails=False):
    with span(span_type="agent", name="shop"):
        with span(span_type="llm", name="gpt", input={"messages": [], "tools": TOOLS}):
            pass
        with span(span_type="tool", name=tool, input={"order": 7}) as step:
            if fails:
                step.mark_failed("no such order")
"""
TESTS = """
from shop import shop

def test_finds(trace):
    shop()

def test_finds_nothing():
    shop(fails=True)
"""
COVERAGE = """\
 2 tools offered · 1 called (50%) · 1 seen failing (50%)
{remark}
 tool offered called ok failed timeout retried args never given
 find 2 2 1 1 0 0
 refund 2 0 0 0 0 0 order

 offered, and no test calls it
 refund

 agents whose model calls never failed
 shop"""


@pytest.fixture
def shop(project: Project) -> Project:
    project.write("shop.py", SHOP)
    project.tests(TESTS)
    return project


def coverage(output: str) -> str:
    return re.sub(" +", " ", output.partition("\ntraces:")[0])


@pytest.mark.parametrize("workers", [(), ("-n2",)], ids=["plain", "n2"])
def test_the_table_is_the_same_with_and_without_workers(shop: Project, workers: tuple[str, ...]) -> None:
    ran = shop.run("--trace-coverage", *workers)
    assert (ran.code, ran.outcomes) == (0, "2 passed")
    assert coverage(ran.section("trace coverage")) == COVERAGE.format(remark="")


@pytest.mark.parametrize("workers", [(), ("-n2",)], ids=["plain", "n2"])
def test_too_little_coverage_fails_the_run(shop: Project, workers: tuple[str, ...]) -> None:
    ran = shop.run("--trace-coverage-fail=called:100%,failed:50%", *workers)
    assert (ran.code, ran.outcomes) == (1, "2 passed")
    told = " called: 1 of 2 tools, 100% are asked for; not refund\n"
    assert coverage(ran.section("trace coverage")) == COVERAGE.format(remark=told)


def test_enough_coverage_passes(shop: Project) -> None:
    assert shop.run("--trace-coverage-fail=called:50%,failed:50%").code == 0


FIRST_FAILS = "from shop import shop\n\ndef test_a():\n    shop()\n    assert 0\n\ndef test_b():\n    shop()\n"


@pytest.mark.parametrize(
    ("selection", "why"),
    [
        (("-k", "nothing"), "-k"),
        (("--lf",), "--lf"),
        (("test_it.py::test_finds",), "test_it.py::test_finds"),
        (("test_it.py",), "test_it.py"),
        (("--deselect=test_it.py::test_finds_nothing", "-n2"), "--deselect"),
    ],
)
def test_limits_of_coverage_do_not_fail_a_part_of_the_suite(
    shop: Project, selection: tuple[str, ...], why: str
) -> None:
    ran = shop.run("--trace-coverage-fail=called:100%", *selection)
    assert ran.code == 0
    assert f"\n only a part of the suite ran ({why}), no limit is judged\n" in ran.output


def test_a_run_that_stopped_early_is_a_part(shop: Project) -> None:
    shop.tests(FIRST_FAILS)
    ran = shop.run("--trace-coverage-fail=called:100%", "-x")
    assert (ran.code, ran.outcomes) == (1, "1 failed")
    assert "\n only a part of the suite ran (stopped early), no limit is judged\n" in ran.output


def test_with_x_and_no_failure_the_whole_suite_ran(shop: Project) -> None:
    ran = shop.run("--trace-coverage-fail=called:100%", "-x")
    assert ran.code == 1
    assert "only a part" not in ran.output


def test_saved_runs_are_covered_together(shop: Project) -> None:
    shop.run("--trace-save=a.jsonl")
    shop.tests("from shop import shop\n\ndef test_refunds():\n    shop('refund')\n")
    shop.run("--trace-save=b.jsonl")
    told = shop.command("report", "a.jsonl", "b.jsonl", "--coverage").output
    assert "\n 2 tools offered · 2 called (100%) · 1 seen failing (50%)\n" in told


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (
            "caled:100%",
            "unknown key 'caled'; did you mean 'called'?; known are called, ok, failed, timeout, retried, given",
        ),
        ("called:101%", "expected called up to 100%, got 101%"),
        ("called", "expected a number or a percentage, as in called:10%, got 'called'"),
    ],
)
def test_limits_that_are_none_are_refused(project: Project, given: str, told: str) -> None:
    ran = project.run(f"--trace-coverage-fail={given}")
    assert (ran.code, ran.output.splitlines()[0]) == (4, f"ERROR: --trace-coverage-fail: {told}")

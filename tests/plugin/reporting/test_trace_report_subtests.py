"""Subtests share their test's trace; it counts once. (pytest has them from 9.0 on.)"""

import pytest

from pytest_traces.report.saved.files import load_run
from tests.page.unpacking import unpack
from tests.project import Project


@pytest.mark.parametrize("workers", [(), ("-n2",)], ids=["plain", "n2"])
def test_subtests_count_once(project: Project, workers: tuple[str, ...]) -> None:
    project.tests("""
    def test_a(trace, subtests):
        ask()
        with subtests.test("one"):
            pass
        with subtests.test("two"):
            assert False
    """)
    ran = project.run("--trace-report", *workers)
    figures, *_ = ran.section("trace report").splitlines()
    assert figures == " 1 test, 1 failed · 3 spans · 1 llm call · 72 tokens · cost unknown · 0 retries · 0 slow"
    assert "├─ tool get_weather" in ran.output  # below the subtest that failed


def test_a_failed_subtest_keeps_the_snapshots_of_its_test(project: Project) -> None:
    text = """
    BROKEN = False

    def test_a(trace, subtests):
        ask("Rome" if BROKEN else "Paris")
        trace.assert_span_tree()
        with subtests.test("one"):
            assert not BROKEN
            trace.assert_usage()
    """
    project.tests(text)
    project.run("--snapshot-update")
    before = project.snapshots()
    assert len(before) == 1
    project.tests(text.replace("BROKEN = False", "BROKEN = True"))
    assert project.run("--snapshot-update").code == 1
    assert project.snapshots() == before


@pytest.mark.parametrize("workers", [(), ("-n2",)], ids=["plain", "n2"])
def test_a_test_of_unittest_with_a_failed_subtest_has_failed(project: Project, workers: tuple[str, ...]) -> None:
    project.tests("""
    from unittest import TestCase

    class TestWeather(TestCase):
        def test_a(self):
            ask()
            with self.subTest("one"):
                assert False, "no umbrella"
            with self.subTest("two"):
                pass
    """)
    ran = project.run("--trace-report", "--trace-save=run.jsonl", *workers)
    assert ran.code == 1
    assert ran.section("trace report").startswith(" 1 test, 1 failed · 3 spans · ")
    [test] = load_run(project.path / "run.jsonl").tests
    assert (test["outcome"], test["reason"]) == ("failed", "AssertionError: no umbrella")
    assert "no umbrella" in str(unpack(test["packed"][test["failure"]]))

"""Owners of files: a file that a session did not look for is no leftover."""

import pytest

from tests.project import Project

DOCTESTED = '''
FAIL = False

def doc():
    """Ask once.

    >>> trace = getfixture("trace")
    >>> assert not FAIL
    >>> ask()
    >>> trace.assert_span_tree()
    """

def test_doc(trace):
    """Ask elsewhere.

    >>> trace = getfixture("trace")
    >>> ask("Rome")
    >>> trace.assert_span_tree()
    """
    ask()
    trace.assert_span_tree()
'''
DOC = "__traces__/test_it/doc@doctest.trace"
TEST = "__traces__/test_it/test_doc.trace"
TEST_DOC = "__traces__/test_it/test_doc@doctest.trace"


@pytest.fixture
def doctested(project: Project) -> Project:
    project.tests(DOCTESTED)
    assert project.run("--doctest-modules", "--snapshot-update").outcomes == "3 passed"
    assert list(project.snapshots()) == [DOC, TEST, TEST_DOC]
    return project


def test_a_doctest_that_fails_early_keeps_its_snapshot(doctested: Project) -> None:
    before = doctested.snapshots()
    doctested.tests(DOCTESTED.replace("FAIL = False", "FAIL = True"))
    ran = doctested.run("--doctest-modules", "--snapshot-update")
    assert ran.outcomes == "1 failed, 2 passed"
    assert doctested.snapshots() == before


@pytest.mark.parametrize("options", [(), ("--doctest-glob=*.txt",), ("-n2",)], ids=["none", "others", "n2"])
def test_a_session_without_its_doctests_keeps_their_snapshots(doctested: Project, options: tuple[str, ...]) -> None:
    before = doctested.snapshots()
    doctested.write("test_it.txt", ">>> 1 + 1\n2\n")
    ran = doctested.run("--snapshot-update", *options)
    assert (ran.code, doctested.snapshots()) == (0, before)
    assert doctested.run(*options).code == 0


def test_a_doctest_that_asks_for_less_loses_what_it_no_longer_asks_for(doctested: Project) -> None:
    doctested.tests(DOCTESTED.replace("    >>> ask()\n", "    >>> ask()\n    >>> trace.assert_usage()\n"))
    assert doctested.run("--doctest-modules", "--snapshot-update").code == 0
    assert "[usage]" in doctested.snapshots()[DOC]
    doctested.tests(DOCTESTED)
    ran = doctested.run("--doctest-modules", "--snapshot-update")
    assert "Deleted doc[usage]" in ran.output
    assert "[usage]" not in doctested.snapshots()[DOC]


def test_a_doctest_is_written_with_the_option_that_runs_tests_several_times(project: Project) -> None:
    project.tests(DOCTESTED)
    ran = project.run("--doctest-modules", "--snapshot-update", "--trace-stable=2")
    assert ran.outcomes == "3 passed"
    assert list(project.snapshots()) == [DOC, TEST, TEST_DOC]


def test_a_method_of_unittest_keeps_its_snapshot_until_it_passes(project: Project) -> None:
    text = """
    import unittest

    FAIL = False

    class TestOld(unittest.TestCase):
        @pytest.fixture(autouse=True)
        def hold(self, trace):
            self.trace = trace

        def test_a(self):
            assert not FAIL
            ask()
            self.trace.assert_span_tree()

        def test_b(self):
            ask()
            self.trace.assert_span_tree()
    """
    project.tests(text)
    assert project.run("--snapshot-update").outcomes == "2 passed"
    before = project.snapshots()
    assert len(before) == 2
    project.tests(text.replace("FAIL = False", "FAIL = True"))
    assert project.run("--snapshot-update").outcomes == "1 failed, 1 passed"
    assert project.run("--snapshot-update", "-k", "test_b").outcomes == "1 passed, 1 deselected"
    assert project.snapshots() == before
    project.tests(text.replace("def test_a", "def also_a"))
    assert project.run("--snapshot-update").outcomes == "1 passed"
    assert list(project.snapshots()) == ["__traces__/test_it/TestOld.test_b.trace"]


ONE = "def test_a(trace):\n    ask()\n    trace.assert_span_tree()\n"


@pytest.mark.parametrize("options", [(), ("-n2",), ("below",)], ids=["plain", "n2", "directory"])
def test_a_module_that_is_skipped_at_its_import_keeps_its_snapshots(project: Project, options: tuple[str, ...]) -> None:
    project.tests(ONE, "below/test_needy.py")
    project.tests(ONE, "below/test_plain.py")
    project.write("below/conftest.py", "import sys\nsys.path.insert(0, '.')\n")
    assert project.run("--snapshot-update").code == 0
    before = project.snapshots()
    assert len(before) == 2
    project.tests("pytest.importorskip('nowhere_to_be_found')\n" + ONE, "below/test_needy.py")
    ran = project.run("--snapshot-update", *options)
    assert ran.outcomes == "1 passed, 1 skipped"
    assert project.snapshots() == before
    assert project.run(*options).code == 0


def test_names_that_some_disks_take_for_one_are_not_judged(project: Project) -> None:
    text = """
    @pytest.mark.parametrize("city", ["Paris", "paris"])
    def test_a(trace, city):
        ask(city)
        trace.assert_span_tree()
    """
    project.tests(text)
    project.run("--snapshot-update")
    lower = project.path / "__traces__/test_it/test_a[paris].trace"
    upper = project.path / "__traces__/test_it/test_a[Paris].trace"
    # What such a disk holds: one file, under the name of the first, with the sections of both.
    lower.write_text(lower.read_text() + upper.read_text().partition("\n")[2])
    before = project.snapshots()
    ran = project.run("--snapshot-update")
    assert (ran.code, project.snapshots()) == (0, before)
    assert "Deleted" not in ran.output


def test_the_same_names_in_two_directories_are_strangers(project: Project) -> None:
    project.write("conftest.py", "")
    for place in ("one", "two"):
        project.write(f"{place}/__init__.py", "")
        project.tests(ONE.replace("ask()", f"ask('{place}')"), f"{place}/test_it.py")
    assert project.run("--snapshot-update").code == 0
    before = project.snapshots()
    assert list(before) == ["one/__traces__/test_it/test_a.trace", "two/__traces__/test_it/test_a.trace"]
    (project.path / "one/test_it.py").rename(project.path / "one/test_other.py")
    assert project.run("--snapshot-update", "two").code == 0
    assert project.snapshots() == before
    assert project.run("--snapshot-update").code == 0
    after = project.snapshots()
    assert after["one/__traces__/test_other/test_a.trace"] == before["one/__traces__/test_it/test_a.trace"]
    assert after["two/__traces__/test_it/test_a.trace"] == before["two/__traces__/test_it/test_a.trace"]


def test_files_of_other_tools_beside_ours_are_not_ours_to_delete(project: Project) -> None:
    names = ["App.test.js.snap", "test_it.json", "test_it/test_a.txt"]
    others = [f"{directory}/{name}" for directory in ("__snapshots__", "__traces__") for name in names]
    for name in others:
        project.write(name, "hello\n")
    project.tests(ONE)
    ran = project.run("--snapshot-update")
    assert (ran.code, "eleted" in ran.output) == (0, False)
    assert project.run().code == 0
    assert all((project.path / name).exists() for name in others)


@pytest.mark.parametrize("options", [("-m", "slow"), ("--lf",), ("--sw",)], ids=" ".join)
def test_a_part_of_the_tests_takes_nothing_from_the_others(project: Project, options: tuple[str, ...]) -> None:
    project.write("pytest.ini", "[pytest]\nmarkers = slow\n")
    text = "FAIL = False\n\n@pytest.mark.slow\ndef test_a(trace):\n    ask()\n    assert not FAIL\n"
    text += "    trace.assert_span_tree()\n\n"
    project.tests(text + ONE.replace("test_a", "test_b"))
    project.tests(ONE, "test_later.py")
    project.run("--snapshot-update")
    before = project.snapshots()
    project.tests(text.replace("FAIL = False", "FAIL = True") + ONE.replace("test_a", "test_b"))
    project.run(*options)
    project.tests(text + ONE.replace("test_a", "test_b"))
    assert project.run("--snapshot-update", *options).code == 0
    assert project.snapshots() == before


ELSEWHERE = """
    import sys

    SYSTEMS = ["any", "mine"]

    @pytest.mark.parametrize("system", SYSTEMS)
    def test_runs(trace, system):
        ask(system)
        trace.assert_span_tree()

    if "mine" in SYSTEMS:
        def test_of_mine(trace):
            ask()
            trace.assert_span_tree()
"""


@pytest.mark.parametrize("workers", [(), ("-n2",)], ids=["plain", "n2"])
def test_a_snapshot_of_a_test_that_only_another_machine_runs_is_kept_and_told(
    project: Project, workers: tuple[str, ...]
) -> None:
    project.tests(ELSEWHERE)
    assert project.run("--snapshot-update").outcomes == "3 passed"
    before = project.snapshots()
    project.tests(ELSEWHERE.replace('["any", "mine"]', '["any"]'))
    assert project.run(*workers).code == 0
    ran = project.run("--snapshot-update", *workers)
    assert (ran.code, project.snapshots()) == (0, before)
    assert ran.output.partition("kept, because")[2].splitlines()[:3] == [
        " their tests may run on other machines; delete what is gone for good:",
        "  __traces__/test_it/test_of_mine.trace",
        "  __traces__/test_it/test_runs[mine].trace",
    ]


def test_syrupy_without_our_plugin_deletes_nothing_of_ours(project: Project) -> None:
    project.tests(ONE + "\ndef test_plain(snapshot):\n    assert 1 == snapshot\n")
    assert project.run("--snapshot-update").code == 0
    before = project.snapshots()
    project.tests("def test_plain(snapshot):\n    assert 1 == snapshot\n")
    ran = project.run("--snapshot-update", "-p", "no:pytest_traces", "-p", "no:traces", plugins=("syrupy",))
    assert (ran.code, project.snapshots()) == (0, before)

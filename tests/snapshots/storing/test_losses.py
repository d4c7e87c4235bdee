"""Nothing is deleted that was not disproved: what stock syrupy deletes on `--snapshot-update` stays."""

import shutil

import pytest

from tests.project import Project

TESTS = """
FAIL = False

@pytest.fixture
def shaky():
    assert not FAIL
    yield

@pytest.fixture
def leaky():
    yield
    assert not FAIL

def test_fails_before(trace):
    ask()
    assert not FAIL
    trace.assert_span_tree()

def test_fails_between(trace):
    ask("Rome" if FAIL else "Paris")
    trace.assert_span_tree()
    assert not FAIL
    trace.assert_usage()

def test_fails_after(trace):
    ask("Rome" if FAIL else "Paris")
    trace.assert_span_tree()
    assert not FAIL

def test_cannot_be_set_up(shaky, trace):
    ask()
    trace.assert_span_tree()

def test_cannot_be_torn_down(leaky, trace):
    ask("Rome" if FAIL else "Paris")
    trace.assert_span_tree()

def test_skips(trace):
    ask("Rome" if FAIL else "Paris")
    trace.assert_span_tree()
    if FAIL:
        pytest.skip()

@pytest.mark.xfail(strict=False)
def test_was_expected_to_fail(trace):
    ask("Rome" if FAIL else "Paris")
    trace.assert_span_tree()
    assert not FAIL
"""
HALT = """
HALT = False

def test_first(trace):
    if HALT:
        raise_it()
    ask()
    trace.assert_span_tree()

def test_second(trace, snapshot):
    ask()
    trace.assert_span_tree()
    assert "one" == snapshot
"""


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project whose snapshots are recorded."""
    project = Project(tmp_path_factory.mktemp("template"))
    project.tests(TESTS)
    project.tests(HALT, "test_halt.py")
    project.tests(HALT.replace("HALT = False", "").replace("HALT", "False"), "test_zebra.py")
    assert project.run("--snapshot-update").code == 0
    assert len(kept(project)) == 13
    return project


@pytest.fixture
def recorded(template: Project, project: Project) -> Project:
    shutil.copytree(template.path, project.path, dirs_exist_ok=True)
    return project


def kept(project: Project) -> dict[str, str]:
    amber = {path.name: path.read_text() for path in (project.path / "__snapshots__").glob("*.ambr")}
    return project.snapshots() | amber


@pytest.mark.parametrize("workers", [(), ("-n2",)], ids=["plain", "n2"])
def test_a_test_that_did_not_pass_keeps_its_snapshots_as_they_were(recorded: Project, workers: tuple[str, ...]) -> None:
    before = recorded.snapshots()
    recorded.tests(TESTS.replace("FAIL = False", "FAIL = True"))

    ran = recorded.run("--snapshot-update", "--ignore=test_halt.py", *workers)

    assert ran.outcomes == "3 failed, 3 passed, 1 skipped, 1 xfailed, 2 errors"
    assert recorded.snapshots() == before


@pytest.mark.parametrize(
    ("halt", "options"),
    [
        pytest.param("raise KeyboardInterrupt", (), id="ctrl-c"),
        pytest.param("pytest.exit('enough')", (), id="exit"),
        pytest.param("assert False", ("-x",), id="x"),
        pytest.param("assert False", ("-x", "-n2"), id="x-n2"),
        pytest.param("import os; os._exit(1)", ("-n2",), id="dead-worker"),
        pytest.param("(", (), id="broken-module"),
        pytest.param("(", ("-n2",), id="broken-module-n2"),
        pytest.param("(", ("--continue-on-collection-errors",), id="broken-module-continued"),
    ],
)
def test_a_session_cut_short_deletes_nothing(recorded: Project, halt: str, options: tuple[str, ...]) -> None:
    before = kept(recorded)
    recorded.tests(HALT.replace("HALT = False", "HALT = True").replace("raise_it()", halt), "test_halt.py")

    ran = recorded.run("--snapshot-update", *options)

    assert ran.code != 0
    assert kept(recorded) == before
    assert ".trace" not in ran.output


@pytest.mark.parametrize(
    "options",
    [("-k", "first"), ("test_it.py::test_skips",), ("test_halt.py",), ("--deselect", "test_it.py::test_skips")],
    ids=["k", "node", "module", "deselect"],
)
def test_a_test_that_was_not_selected_keeps_its_snapshots(recorded: Project, options: tuple[str, ...]) -> None:
    before = kept(recorded)
    ran = recorded.run("--snapshot-update", *options)
    assert ran.code == 0
    assert kept(recorded) == before


def test_an_unused_snapshot_is_told_and_deleted_only_on_update(recorded: Project) -> None:
    before = kept(recorded)
    recorded.tests(TESTS.replace("    trace.assert_usage()\n", "").replace("def test_skips", "def test_renamed"))
    recorded.run("--snapshot-update", "--snapshot-no-cleanup")

    told = recorded.run("--snapshot-details")
    assert told.code == 1
    assert "2 snapshots unused." in told.output
    assert "test_skips[span_tree]" in told.output
    assert "test_fails_between[usage]" in told.output
    assert kept(recorded).keys() == before.keys() | {"__traces__/test_it/test_renamed.trace"}

    assert recorded.run("--snapshot-update").code == 0
    after = kept(recorded)
    assert before.keys() - after.keys() == {"__traces__/test_it/test_skips.trace"}
    assert "[usage]" not in after["__traces__/test_it/test_fails_between.trace"]
    assert "[span_tree]" in after["__traces__/test_it/test_fails_between.trace"]


def test_syrupy_takes_our_files_for_leftovers(recorded: Project) -> None:
    before = recorded.snapshots()
    recorded.tests("def test_nothing_of_ours(snapshot):\n    assert 'one' == snapshot\n", "test_amber.py")

    assert recorded.run("--snapshot-update").code == 0
    assert "Deleted" not in recorded.run("--snapshot-update", "test_amber.py").output

    assert recorded.snapshots() == before


@pytest.mark.parametrize("written", ["./sub/../test_it.py", "test_it.py", "../{}/test_it.py"])
def test_a_test_named_by_any_path_leaves_the_others_their_snapshots(project: Project, written: str) -> None:
    project.write("sub/keep.txt", "")
    project.tests(
        "def test_one(trace):\n    ask()\n    trace.assert_span_tree()\n\n"
        "def test_two(trace):\n    ask()\n    trace.assert_span_tree()\n"
    )
    project.run("--snapshot-update")
    before = project.snapshots()
    project.run("--snapshot-update", f"{written.format(project.path.name)}::test_one")
    assert project.snapshots() == before
    assert len(before) == 2

"""Pending snapshots: an agent's run is never repeated to accept its result."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from pytest_traces.cli import main
from pytest_traces.errors import CorruptFile
from pytest_traces.snapshots.storing.comparison import Asked
from pytest_traces.snapshots.storing.pending import PendingStore
from pytest_traces.snapshots.text.file import Section, load, save
from tests.project import Project

THREE = """
def test_a(trace):
    ask()
    trace.assert_span_tree()
    trace.assert_events(chunks=True)
    trace.assert_usage()
"""


def test_one_run_shows_all_and_accept_commits_it_without_another(project: Project) -> None:
    project.tests(THREE)
    project.run("--snapshot-update")
    project.tests(THREE.replace("ask()", "ask(fails=1)"))

    ran = project.run()
    assert (
        "SnapshotMismatch: span tree of test_it.py::test_a differs from its snapshot: 1 edit: 1 span added"
        in ran.output
    )
    assert "also: events differ: " in ran.output
    assert "also: usage" not in ran.output  # it is the same
    assert len(project.pending()) == 2

    told = project.command("pending")
    assert told.code == 1
    assert "test_it.py::test_a: span tree\n1 edit: 1 span added\n" in told.output
    assert '+   tool get_weather {"city": "Paris"} ✗ Failed: upstream timed out' in told.output
    assert "test_it.py::test_a: events\n" in told.output

    accepted = project.command("accept", "test_a")
    assert accepted.output == "accepted test_it.py::test_a: events\naccepted test_it.py::test_a: span tree\n"
    assert (accepted.code, project.pending()) == (0, [])
    assert '--- {"chunks": true}' in project.snapshots()["__traces__/test_it/test_a.trace"]
    assert project.run(ci=True).code == 0


def test_a_missing_snapshot_is_pending_too(project: Project) -> None:
    project.tests(THREE)
    ran = project.run()
    assert (
        "hint: accept it with `pytest-traces accept`, or record it again with `pytest --snapshot-update`" in ran.output
    )
    told = project.command("pending", "::test_a").output
    assert "test_it.py::test_a: span tree\nno snapshot yet; received:\n\nagent weather\n" in told
    assert project.command("accept").code == 0
    assert list(project.snapshots()) == ["__traces__/test_it/test_a.trace"]


def test_a_pass_settles_what_was_pending(project: Project) -> None:
    project.tests(THREE)
    project.run("--snapshot-update")
    project.tests(THREE.replace("ask()", "ask(fails=1)"))
    project.run()
    assert len(project.pending()) == 2
    project.tests(THREE)
    project.run()
    assert project.pending() == []


def test_another_moment_or_options_that_cannot_be_given_again_are_not_guessed(project: Project) -> None:
    text = """
    def is_warm(temp):
        return temp > 20

    def test_a(trace):
        ask(FIRST)
        trace.assert_span_tree()
        trace.assert_span_tree(name="masked", replace={"output.temp": is_warm})
        ask("Oslo")
        trace.assert_events()
    """
    project.tests(text.replace("FIRST", "'Paris'"))
    assert project.run("--snapshot-update").code == 0
    project.tests(text.replace("FIRST", "'Rome'"))
    ran = project.run()
    assert "1 edit: 1 span changed" in ran.output
    assert "also" not in ran.output
    assert len(project.pending()) == 1


def test_in_a_soft_block_each_mismatch_is_told_once(project: Project) -> None:
    project.tests(THREE)
    project.run("--snapshot-update")
    project.tests(
        THREE.replace("ask()", "ask(fails=1)")
        .replace("    trace.assert_span", "    with trace.soft():\n     trace.assert_span")
        .replace("    trace.assert_events", "     trace.assert_events")
        .replace("    trace.assert_usage", "     trace.assert_usage")
    )
    ran = project.run()
    assert "2 expectations failed" in ran.output
    assert "also" not in ran.output
    assert len(project.pending()) == 2


@pytest.mark.parametrize("cut", [("-p", "no:cacheprovider"), ()], ids=["no cache", "ci"])
def test_without_a_cache_and_in_ci_nothing_is_kept(project: Project, cut: tuple[str, ...]) -> None:
    project.tests(THREE)
    ran = project.run(*cut, ci=not cut)
    assert ran.outcomes == "1 failed"
    assert "SnapshotMissing" in ran.output
    assert project.pending() == []


def test_without_a_writable_cache_nothing_is_promised_and_nothing_else_fails(project: Project) -> None:
    project.write(".pytest_cache", "a file")
    project.tests(THREE + "\ndef test_b(trace):\n    ask()\n    trace.one('get_weather')\n")
    ran = project.run()
    assert ran.outcomes == "1 failed, 1 passed"
    assert "SnapshotMissing" in ran.output
    assert "hint: record it again with `pytest --snapshot-update`\n" in ran.output
    assert "pytest-traces accept" not in ran.output

    assert project.run("--snapshot-update").outcomes == "2 passed"
    assert project.run().outcomes == "2 passed"
    assert project.command("pending").output == "nothing is pending: there is no .pytest_cache here or further up\n"


def test_a_name_may_hold_brackets(project: Project) -> None:
    project.tests("def test_a(trace):\n    ask()\n    trace.assert_usage(name='a[0] of_it')\n")
    project.run("--snapshot-update")
    [path] = project.path.rglob("*.trace")
    path.write_text(path.read_text().replace("= 60", "= 61"))
    project.run()
    told = project.command("pending").output
    assert told.startswith("test_it.py::test_a: usage:a[0] of_it\n1 edit: 1 count changed\n")
    assert project.command("accept").output == "accepted test_it.py::test_a: usage:a[0] of_it\n"
    assert project.run().code == 0


# The command


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> PendingStore:
    """A project with a committed section, and two pending ones."""
    below = tmp_path / "deeper"
    below.mkdir()
    monkeypatch.chdir(below)
    store = PendingStore(lambda: tmp_path / ".pytest_cache" / "d" / "traces-pending")
    old, new, late = Section("agent old"), Section("agent new"), Section("a = 1", {"moment": 2})
    save(tmp_path / "a.trace", {"test_a[span_tree]": old})
    store.keep(
        "t.py::test_a", Asked("span_tree", "span_tree", tmp_path / "a.trace", "test_a[span_tree]", new, old, new.text)
    )
    name = "test_b[x][usage:late]"
    store.keep("t.py::test_b[x]", Asked("usage", "usage:late", tmp_path / "b.trace", name, late, None, late.text))
    return store


def test_pending_shows_each_with_its_diff(store: PendingStore, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["pending"]) == 1
    assert capsys.readouterr().out == (
        "t.py::test_a: span tree\n1 edit: 1 span renamed\n\n~ agent new\n      name: old → new\n\n"
        "t.py::test_b[x]: usage:late\nno snapshot yet; received:\n\na = 1\n\n"
        "2 snapshots of 2 tests are pending\nnext: pytest-traces review, accept or reject\n"
    )


def test_accept_takes_a_pattern(store: PendingStore, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["accept", "*test_b*"]) == 0
    assert capsys.readouterr().out == "accepted t.py::test_b[x]: usage:late\n"
    assert load(tmp_path / "b.trace") == {"test_b[x][usage:late]": Section("a = 1", {"moment": 2})}
    assert [entry.nodeid for entry in store.entries()] == ["t.py::test_a"]


@pytest.mark.parametrize(
    ("pattern", "taken"),
    [
        ("t.py::test_a", ["t.py::test_a", "t.py::test_a[x*]"]),
        ("t.py::test_a[x*]", ["t.py::test_a[x*]"]),
        ("::test_a", ["t.py::Test::test_a", "t.py::test_a", "t.py::test_a[x*]", "t.py::MyTest::test_a"]),
        ("test_a", ["t.py::Test::test_a", "t.py::test_a", "t.py::test_a[x*]", "t.py::MyTest::test_a"]),
        ("test_a[x*", ["t.py::test_a[x*]"]),
        ("test_?b", ["t.py::test_ab"]),
        ("t.py::test_a[x]", []),
        ("t.py::test", []),
        ("t.py::test_a*", ["t.py::test_a", "t.py::test_a[x*]", "t.py::test_ab"]),
        ("t.py::Test", ["t.py::Test::test_a"]),
        ("Test::test_a", ["t.py::Test::test_a"]),
        ("test_ab", ["t.py::test_ab"]),
    ],
)
def test_a_node_id_is_no_part_of_another(tmp_path: Path, pattern: str, taken: list[str]) -> None:
    store = PendingStore(lambda: tmp_path)
    nodeids = ["t.py::test_a", "t.py::test_a[x*]", "t.py::test_ab", "t.py::Test::test_a", "t.py::MyTest::test_a"]
    for number, nodeid in enumerate(nodeids):
        store.keep(nodeid, Asked("usage", "usage", tmp_path / str(number), nodeid, Section("a = 1"), None, "a = 1"))
    assert {entry.nodeid for entry in store.entries(pattern)} == set(taken)


def test_a_console_that_cannot_show_a_character_gets_its_number(project: Project, monkeypatch: Any) -> None:
    project.tests(THREE)
    project.run()
    monkeypatch.setenv("PYTHONIOENCODING", "cp1252")
    told = project.command("pending")
    assert (told.code, "\\u251c\\u2500 tool get_weather" in told.output) == (1, True)


def test_a_reader_that_has_seen_enough_is_no_error(project: Project) -> None:
    project.tests(THREE)
    project.run()
    read, write = os.pipe()
    os.close(read)
    command = [sys.executable, "-m", "pytest_traces.cli", "pending"]
    with open(write, "wb") as closed:
        ran = subprocess.run(command, cwd=project.path, stdout=closed, stderr=subprocess.PIPE, timeout=60)
    assert (ran.returncode, ran.stderr) == (141, b"")


def test_reject_drops_what_was_received(
    store: PendingStore, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["reject", "test_a"]) == 0
    assert capsys.readouterr().out == "rejected t.py::test_a: span tree\n"
    assert load(tmp_path / "a.trace") == {"test_a[span_tree]": Section("agent old")}
    assert len(store.entries()) == 1


@pytest.mark.parametrize("command", ["accept", "reject"])
def test_a_pattern_that_matches_nothing_is_told(
    store: PendingStore, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    assert main([command, "test_z"]) == 2
    assert capsys.readouterr().err == (
        "pytest-traces: nothing pending matches 'test_z'; pending are\n  t.py::test_a\n  t.py::test_b[x]\n"
    )
    assert len(store.entries()) == 2


def test_the_command_tells_that_no_snapshot_is_pending(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["pending", "--cache-dir", str(tmp_path)]) == 0
    assert capsys.readouterr().out == "nothing is pending\n"


def test_a_snapshot_that_changed_since_is_not_overwritten(
    store: PendingStore, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    save(tmp_path / "a.trace", {"test_a[span_tree]": Section("agent newer")})
    assert main(["accept"]) == 2
    told = capsys.readouterr()
    assert told.out == "accepted t.py::test_b[x]: usage:late\n"
    where = f"{tmp_path / 'a.trace'}: section 'test_a[span_tree]'"
    assert told.err == f"pytest-traces: {where} has changed since its test ran; run the test again\n"
    assert load(tmp_path / "a.trace") == {"test_a[span_tree]": Section("agent newer")}


def test_a_corrupt_snapshot_is_not_overwritten(store: PendingStore, tmp_path: Path) -> None:
    (tmp_path / "a.trace").write_text("hello")
    assert main(["accept"]) == 2
    assert (tmp_path / "a.trace").read_text() == "hello"
    assert [entry.nodeid for entry in store.entries()] == ["t.py::test_a"]


def test_a_corrupt_entry_is_told_and_stops_nothing_else(
    store: PendingStore, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = tmp_path / ".pytest_cache/d/traces-pending/broken.json"
    broken.write_text("{")
    assert main(["pending"]) == 2
    assert capsys.readouterr().err.startswith(f"pytest-traces: {broken}: not a pending snapshot (")
    with pytest.raises(CorruptFile):
        store.entries()
    store.settle(tmp_path / "a.trace")
    broken.unlink()
    assert [entry.nodeid for entry in store.entries()] == ["t.py::test_b[x]"]


def test_a_project_may_be_moved_with_what_is_pending(store: PendingStore, tmp_path: Path) -> None:
    moved = tmp_path.with_name(f"{tmp_path.name}-moved")
    tmp_path.rename(moved)
    assert main(["accept", "--cache-dir", str(moved / ".pytest_cache")]) == 0
    assert load(moved / "a.trace") == {"test_a[span_tree]": Section("agent new")}


def test_a_cache_that_is_not_there_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["pending", "--cache-dir", str(tmp_path / "no")]) == 2
    assert capsys.readouterr().err == f"pytest-traces: there is no directory {str(tmp_path / 'no')!r}\n"

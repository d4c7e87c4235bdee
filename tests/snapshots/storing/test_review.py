"""`pytest-traces review` asks about each pending snapshot; equal edits of many tests are one group."""

import io
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from pytest_traces.cli import main
from pytest_traces.snapshots.storing.comparison import Asked
from pytest_traces.snapshots.storing.pending import PendingStore
from pytest_traces.snapshots.text.file import Section, load, save

OLD, NEW, OTHER = Section("agent old"), Section("agent new"), Section("agent other")
EDIT = "1 edit: 1 span renamed\n\n~ agent new\n      name: old → new\n"


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> PendingStore:
    """A project in which one edit changed three tests, and another edit a fourth."""
    monkeypatch.chdir(tmp_path)
    store = PendingStore(lambda: tmp_path / ".pytest_cache" / "d" / "traces-pending")
    for name, new in {"test_a": NEW, "test_b": NEW, "test_c": OTHER, "test_d": NEW}.items():
        path = tmp_path / f"{name}.trace"
        save(path, {name: OLD})
        store.keep(f"t.py::{name}", Asked("span_tree", "span_tree", path, name, new, OLD, new.text))
    return store


@pytest.fixture
def review(store: PendingStore, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    def run(*answers: str) -> tuple[int, str]:
        monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{answer}\n" for answer in answers)))
        return main(["review"]), capsys.readouterr().out

    return run


def committed(tmp_path: Path) -> list[str]:
    return [load(path)[path.stem].text.removeprefix("agent ") for path in sorted(tmp_path.glob("*.trace"))]


def test_all_with_the_same_edit_are_accepted_at_once(store, review, tmp_path):
    assert review("aa", "r") == (
        0,
        f"[1/4] t.py::test_a: span tree, and 2 more with the same edit\n{EDIT}\n"
        "a accept, r reject, s skip; aa, rr, ss the same for all 3 like this one; q quit\n> "
        "[4/4] t.py::test_c: span tree\n1 edit: 1 span renamed\n\n~ agent other\n      name: old → other\n\n"
        "a accept, r reject, s skip; q quit\n> "
        "3 accepted, 1 rejected, 0 still pending\n",
    )
    assert committed(tmp_path) == ["new", "new", "old", "new"]
    assert store.entries() == []


def test_each_is_decided_alone(store, review, tmp_path):
    code, told = review("a", "s", "r", "s")
    assert (code, told.splitlines()[-1]) == (1, "> 1 accepted, 2 skipped, 1 rejected, 2 still pending")
    assert committed(tmp_path) == ["new", "old", "old", "old"]
    assert [entry.nodeid for entry in store.entries()] == ["t.py::test_b", "t.py::test_c"]


@pytest.mark.parametrize("answers", [["q"], []], ids=["quit", "end of input"])
def test_leaving_decides_nothing_more(store, review, tmp_path, answers):
    code, told = review("a", *answers)
    assert (code, told.splitlines()[-1]) == (1, "> 1 accepted, 3 still pending")
    assert committed(tmp_path) == ["new", "old", "old", "old"]


def test_an_unknown_answer_is_asked_again(review):
    code, told = review("yes", "aa", "aa", "a")
    assert (code, told.count("aa, rr, ss")) == (0, 2)
    assert told.splitlines()[-1] == "> 4 accepted, 0 still pending"


def test_a_snapshot_that_changed_since_is_refused_and_stays(store, review, tmp_path):
    save(tmp_path / "test_a.trace", {"test_a": Section("agent newer")})
    code, told = review("aa", "s")
    assert (code, told.splitlines()[-1]) == (2, "> 1 refused, 2 accepted, 1 skipped, 2 still pending")
    assert "section 'test_a' has changed since its test ran; run the test again\n" in told
    assert committed(tmp_path) == ["newer", "new", "old", "new"]


def test_without_anything_pending_nothing_is_asked(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["review"]) == 0
    assert capsys.readouterr().out == "nothing is pending: there is no .pytest_cache here or further up\n"


def test_the_review_asks_a_terminal(store, tmp_path):
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "pytest_traces.cli", "review", "test_a"]
    with subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, cwd=tmp_path, close_fds=True) as running:
        os.write(ours, b"a\n")
        assert running.wait(timeout=600) == 0
    told = b""
    while b"still pending" not in told:  # a terminal gives its text in pieces
        told += os.read(ours, 10_000)
    os.close(theirs)
    os.close(ours)
    assert b"> 1 accepted, 0 still pending" in told
    assert committed(tmp_path) == ["new", "old", "old", "old"]


def test_pending_shows_equal_edits_once(store, capsys):
    assert main(["pending"]) == 1
    assert capsys.readouterr().out == (
        f"t.py::test_a: span tree\nt.py::test_b: span tree\nt.py::test_d: span tree\n{EDIT}\n"
        "t.py::test_c: span tree\n1 edit: 1 span renamed\n\n~ agent other\n      name: old → other\n\n"
        "4 snapshots of 4 tests are pending, 2 different edits\nnext: pytest-traces review, accept or reject\n"
    )

"""Where kept traces stand, and what of the last run is deleted."""

from __future__ import annotations

import pytest

from pytest_traces.report.kept.directory import file_of
from pytest_traces.report.kept.index import INDEX, add_to_index, is_foreign, start_index


@pytest.mark.parametrize(
    ("nodeid", "file"),
    [
        ("tests/test_a.py::test_b", "tests/test_a.py/test_b.jsonl"),
        ("tests/test_a.py::TestX::test_b[a.b]", "tests/test_a.py/TestX.test_b[a.b].jsonl"),
        ("tests/test_a.py::test_b[a::b]", "tests/test_a.py/test_b[a__b]~015972f9.jsonl"),
        ("tests/test_a.py::test_b[../../x]", "tests/test_a.py/test_b[.._.._x]~a5ce8e29.jsonl"),
        ("../test_a.py::test_b", "_/test_a.py/test_b.jsonl"),
        ("test_a.py", "test_a.py/module.jsonl"),
    ],
)
def test_the_file_of_a_test_stands_below_its_module(nodeid, file):
    assert file_of(nodeid) == file


def row(file):
    return {"nodeid": "t", "attempt": 1, "outcome": "failed", "recorded_by": "t", "file": file}


def test_a_new_run_deletes_what_the_last_one_kept_and_nothing_else(tmp_path):
    directory = tmp_path / "kept"
    for name in ("kept/a.jsonl", "kept/mine.jsonl", "kept/notes.txt", "outside.jsonl"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    add_to_index(directory, [row("a.jsonl"), row("notes.txt"), row("../outside.jsonl"), row("gone.jsonl")])
    with (directory / INDEX).open("a") as index:
        index.write('[1]\n{"file": 7}\n{"file": "mine.js')  # the session was killed while it wrote
    start_index(directory)
    assert sorted(path.name for path in tmp_path.rglob("*.*")) == ["mine.jsonl", "notes.txt", "outside.jsonl"]


def test_an_index_of_another_tool_deletes_nothing(tmp_path):
    (tmp_path / "mine.jsonl").touch()
    (tmp_path / INDEX).write_text('{"file": "mine.jsonl", "nodeid": "t"}\n')
    assert is_foreign(tmp_path)
    start_index(tmp_path)
    assert (tmp_path / "mine.jsonl").exists()


def test_an_index_of_ours_is_known_also_if_its_last_line_is_cut(tmp_path):
    add_to_index(tmp_path, [row("a\u2028b.jsonl")])
    (tmp_path / "a\u2028b.jsonl").touch()
    with (tmp_path / INDEX).open("a") as index:
        index.write('{"nodeid": "t", "att')
    assert not is_foreign(tmp_path)
    start_index(tmp_path)
    assert list(tmp_path.iterdir()) == []

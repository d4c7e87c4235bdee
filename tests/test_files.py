"""A file is written in one step."""

import pytest

from pytest_traces.files import replace_file


def test_a_file_and_its_directory_are_made(tmp_path):
    path = tmp_path / "deep" / "a.txt"
    replace_file(path, "Ü\n")
    replace_file(path, "2\n")
    assert path.read_bytes() == b"2\n"
    assert list(path.parent.iterdir()) == [path]


def test_a_failure_leaves_the_old_file_and_nothing_beside_it(tmp_path, monkeypatch):
    path = tmp_path / "a.txt"
    path.write_text("old")

    def full(self, target):
        raise OSError("disk full")

    monkeypatch.setattr("pathlib.Path.replace", full)
    with pytest.raises(OSError, match="disk full"):
        replace_file(path, "new")
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]

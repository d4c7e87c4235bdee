"""A file is written in one step."""

import os
import threading

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


def test_a_link_keeps_leading_to_its_file(tmp_path):
    file, link = tmp_path / "a.txt", tmp_path / "link.txt"
    link.symlink_to(file)
    replace_file(link, "1")
    replace_file(link, "2")
    assert link.is_symlink()
    assert file.read_text() == "2"


def test_a_pipe_is_written_to_and_stays_one(tmp_path):
    pipe, read = tmp_path / "pipe", []
    os.mkfifo(pipe)
    reader = threading.Thread(target=lambda: read.append(pipe.read_text()))
    reader.start()
    replace_file(pipe, "page")
    reader.join()
    assert read == ["page"]
    assert pipe.is_fifo()


def test_a_directory_is_no_file_and_stays(tmp_path):
    (tmp_path / "kept.txt").write_text("kept")
    with pytest.raises(IsADirectoryError):
        replace_file(tmp_path, "page")
    assert (tmp_path / "kept.txt").read_text() == "kept"

"""Entries of pending snapshots from elsewhere: a damaged one is told, and none is written outside of the project."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from pytest_traces.errors import CorruptFile
from pytest_traces.snapshots.storing.pending import Pending, PendingStore

ENTRY = Pending("t.py::test_a", "span_tree", "span_tree", ".", "a.trace", "test_a[span_tree]", "agent a", None, {})


def store_of(tmp_path: Path, **fields: Any) -> PendingStore:
    received = tmp_path / "received"
    received.mkdir()
    (received / "entry.json").write_text(json.dumps(asdict(ENTRY) | fields))
    return PendingStore(lambda: received, tmp_path / "project")


@pytest.mark.parametrize(
    ("name", "value"),
    [("nodeid", None), ("kind", 7), ("index", []), ("stored", 1), ("received", None), ("options", [])],
)
def test_a_field_of_the_wrong_type_is_told(tmp_path: Path, name: str, value: object) -> None:
    with pytest.raises(CorruptFile) as caught:
        store_of(tmp_path, **{name: value}).entries()
    where = tmp_path / "received" / "entry.json"
    told = f"{where}: not a pending snapshot ({name} is {value!r}); delete it and run its test again"
    assert str(caught.value) == told


@pytest.mark.parametrize("location", ["../evil.trace", "tests/../../evil.trace", "{outside}/evil.trace"])
def test_an_entry_is_never_written_outside_of_the_project(tmp_path: Path, location: str) -> None:
    location = location.format(outside=tmp_path)
    store = store_of(tmp_path, location=location)
    [entry] = store.entries()
    with pytest.raises(CorruptFile) as caught:
        store.accept(entry)
    assert str(caught.value) == f"{location}: not below the project, as an entry of 't.py::test_a' says"
    assert list(tmp_path.rglob("*.trace")) == []

"""syrupy's only door: where snapshots lie, how they are read and written, and what may be deleted."""

from __future__ import annotations

import os
import re
from collections import defaultdict
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from syrupy.data import Snapshot, SnapshotCollection, SnapshotCollections
from syrupy.extensions.base import AbstractSyrupyExtension
from syrupy.location import PyTestLocation

from pytest_traces.errors import CorruptFile
from pytest_traces.snapshots.file import Section, load, normal, save
from pytest_traces.snapshots.ledger import LEDGER, Ledger

if TYPE_CHECKING:
    from collections.abc import Iterator

_LONGEST = 180  # bytes of a test's name in a file's name


class TraceExtension(AbstractSyrupyExtension):
    """Keeps one `.trace` file per test in `__snapshots__/<module>/`, and deletes only what was disproved."""

    file_extension = "trace"
    write_immediately = True

    def serialize(self, data: Any, **_filters: Any) -> str:
        """Return the text as a file gives it back: the trace in it was normalised before it came here."""
        return normal(str(data))

    def diff_lines(self, serialized_data: Any, snapshot_data: Any) -> Iterator[str]:
        """Yield nothing: our own assertion explains a mismatch."""
        yield from ()

    @classmethod
    def get_snapshot_name(cls, *, test_location: PyTestLocation, index: Any = 0) -> str:
        """Name a section after the test; repetitions of a test by pytest-repeat share it."""
        name = super().get_snapshot_name(test_location=test_location, index=index)
        own = test_location.snapshot_name
        return (_once(own, test_location.item) + name.removeprefix(own)).replace("\n", "\\n")

    @classmethod
    def get_file_basename(cls, *, test_location: PyTestLocation, index: Any) -> str:
        """Name the file after the test; names that differ never share one."""
        name = cls.get_snapshot_name(test_location=test_location)
        plain = re.sub(r"[^\w.,=+@\[\]-]", "_", name).encode()[:_LONGEST].decode(errors="ignore")
        return name if plain == name else f"{plain}~{sha256(name.encode()).hexdigest()[:8]}"

    @classmethod
    def dirname(cls, *, test_location: PyTestLocation) -> str:
        """Return the directory of the test's module."""
        return os.path.join(super().dirname(test_location=test_location), test_location.basename)

    @classmethod
    def discovery_dirname(cls, *, test_location: PyTestLocation) -> str:
        """Return the parent, so that files of deleted modules are found."""
        return os.path.dirname(cls.dirname(test_location=test_location))

    @classmethod
    def matches_test_location(cls, *, test_location: PyTestLocation, snapshot_location: str) -> bool:
        """Compare directories only: syrupy asks for every test and file, and resolving paths is slow."""
        return os.path.dirname(snapshot_location) == cls.dirname(test_location=test_location)

    def discover_snapshots(
        self, *, test_location: PyTestLocation, ignore_extensions: list[str] | None = None
    ) -> SnapshotCollections:
        """Report a file as a candidate for deletion only when every test it may belong to has passed."""
        others = [suffix for suffix in ignore_extensions or () if suffix != self.file_extension]
        found = super().discover_snapshots(test_location=test_location, ignore_extensions=others)
        ledger = cast(Ledger, test_location.item.config.pluginmanager.get_plugin(LEDGER))
        if not ledger.finishing:  # the early call only tells syrupy which files are ours
            return found
        if ledger.cut_short:
            return SnapshotCollections()
        if ledger.owners is None:
            ledger.owners = defaultdict(list)
            for item in ledger.functions():
                path = self.get_location(test_location=PyTestLocation(item), index=0)
                ledger.owners[path].append(item.nodeid)
        safe = SnapshotCollections()
        for collection in found:
            if collection.has_snapshots and ledger.passed_all(ledger.owners.get(collection.location, ())):
                safe.add(collection)
        return safe

    def read_snapshot_collection(self, *, snapshot_location: str) -> SnapshotCollection:
        """Return every section of a file; one that cannot be read has none, and so is never deleted."""
        collection = SnapshotCollection(location=snapshot_location)
        try:
            sections = load(Path(snapshot_location))
        except CorruptFile:
            sections = {}
        for name, section in sections.items():
            collection.add(Snapshot(name=name, data=section.text))
        return collection

    def read_snapshot_data_from_location(
        self, *, snapshot_location: str, snapshot_name: str, session_id: str
    ) -> str | None:
        """Return one section, or `None`."""
        section = load(Path(snapshot_location)).get(snapshot_name)
        return None if section is None else section.text

    @classmethod
    def write_snapshot_collection(cls, *, snapshot_collection: SnapshotCollection, **_later: Any) -> None:
        """Add sections to a file; what else it holds stays."""
        path = Path(snapshot_collection.location)
        save(path, load(path) | {snapshot.name: Section(str(snapshot.data)) for snapshot in snapshot_collection})

    def delete_snapshots(self, *, snapshot_location: str, snapshot_names: set[str]) -> None:
        """Take sections out of a file; an empty one goes."""
        path = Path(snapshot_location)
        save(path, {name: section for name, section in load(path).items() if name not in snapshot_names})


def _once(name: str, item: Any) -> str:
    """Return a test's name without the id that pytest-repeat appends to it."""
    step = getattr(getattr(item, "callspec", None), "params", {}).get("__pytest_repeat_step_number")
    if step is None:
        return name
    return re.sub(rf"(\[)?(?(1)|-){step + 1}-\d+\]$", lambda cut: "" if cut[1] else "]", name)

"""syrupy's only door: where snapshot files are, how they are read and written, and which may be deleted."""

from __future__ import annotations

import os
import re
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from unicodedata import normalize
from warnings import warn

from syrupy.assertion import SnapshotAssertion
from syrupy.data import Snapshot, SnapshotCollection, SnapshotCollections
from syrupy.extensions.base import AbstractSyrupyExtension
from syrupy.location import PyTestLocation

from pytest_traces.errors import CorruptFile, TracesError
from pytest_traces.files import safe_name
from pytest_traces.ledger import LEDGER, Ledger
from pytest_traces.snapshots.storing.gone_tests import are_gone, module_of
from pytest_traces.snapshots.text.file import DIRECTORY, Section, load, normal, save

if TYPE_CHECKING:
    from collections.abc import Iterator

_DOCTEST = "@doctest"  # ends the name of a doctest's file: no function shares it


class TraceExtension(AbstractSyrupyExtension):
    """Keeps one `.trace` file per test in `__traces__/<module>/`, and deletes only files that are known to be unused.

    Files in `__snapshots__` belong to syrupy: without our plugin, `--snapshot-update` deletes them as unused.
    """

    snapshot_dirname = DIRECTORY
    file_extension = "trace"
    write_immediately = True

    def serialize(self, data: Any, **_filters: Any) -> str:
        """Return the text as a file returns it; the trace is normalised already."""
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
        return f"{safe_name(name)}{_DOCTEST}" if test_location.is_doctest else safe_name(name)

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
            ledger.owners = defaultdict(set)
            for item in ledger.owning():
                path = self.get_location(test_location=PyTestLocation(item), index=0)
                ledger.owners[_folded(path)].add((path, item.nodeid))
        config = test_location.item.config
        unknown = [os.path.join(config.rootpath, nodeid) for nodeid in ledger.skipped]
        unknown += [str(config.rootpath)] * bool(config.getoption("lf", False))  # which leaves tests uncollected
        unknown += _named_in_part(config)
        safe = SnapshotCollections()
        for collection in found:
            if collection.has_snapshots and self._is_known(collection, ledger, unknown):
                safe.add(collection)
        return safe

    def _is_known(self, collection: SnapshotCollection, ledger: Ledger, skipped: list[str]) -> bool:
        """Whether all tests that may own a file ran and passed, or the test is gone."""
        location = collection.location
        owners = ledger.owners.get(_folded(location), set()) if ledger.owners else set()
        if not owners:
            doctest = location.endswith(f"{_DOCTEST}.{self.file_extension}")  # it is unknown which tests were collected
            if doctest or any(self._is_below(location, module) for module in skipped):
                return False
            module = module_of(Path(location))
            is_gone = are_gone((snapshot.name for snapshot in collection), module)
            if not is_gone and any(item.path == module for item in ledger.items):
                ledger.kept.append(location)
            return is_gone
        shared = any(path != location for path, _ in owners)  # on some disks two names are one file
        return not shared and ledger.passed_all(nodeid for _, nodeid in owners)

    def _is_below(self, location: str, skipped: str) -> bool:
        """Whether a file belongs to a module or a directory that was skipped."""
        directory, module = os.path.split(skipped)
        own = os.path.join(directory, self.snapshot_dirname, os.path.splitext(module)[0])
        return os.path.dirname(location) == own or Path(location).is_relative_to(skipped)

    def read_snapshot_collection(self, *, snapshot_location: str) -> SnapshotCollection:
        """Return every section of a file; an unreadable file has none, and so is never deleted."""
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
        """Add sections to a file; its other sections stay."""
        path = Path(snapshot_collection.location)
        save(path, load(path) | {snapshot.name: Section(str(snapshot.data)) for snapshot in snapshot_collection})

    def delete_snapshots(self, *, snapshot_location: str, snapshot_names: set[str]) -> None:
        """Remove sections from a file; an empty file is deleted."""
        path = Path(snapshot_location)
        try:
            save(path, {name: section for name, section in load(path).items() if name not in snapshot_names})
        except TracesError as error:  # the session is over: no test is left to fail
            warn(f"unused snapshots were not deleted: {error}", stacklevel=2)


def open_assertion(item: Any) -> SnapshotAssertion:
    """Return an assertion of syrupy for our files alone; it writes nothing, `TestSnapshots.finish` does.

    With the fixture `snapshot` syrupy would also look for its own leftovers. It would delete files of other tools in
    `__snapshots__`.
    """
    return SnapshotAssertion(
        session=item.config._syrupy,
        extension_class=TraceExtension,
        test_location=PyTestLocation(item),
        update_snapshots=False,
    )


def _named_in_part(config: Any) -> list[str]:
    """Return the modules of which the command line names single tests: their other tests are not collected.

    The paths are as pytest resolves them: `../tests/test_b.py::test_one` names the module `tests/test_b.py`.
    """
    modules = [argument.partition("::")[0] for argument in config.args if "::" in argument]
    named = [os.path.normpath(os.path.join(config.invocation_params.dir, module)) for module in modules]
    return [*named, *map(os.path.realpath, named)]


def _folded(location: str) -> str:
    """Return a location in lower case: on some disks two spellings are one file."""
    return normalize("NFC", location.casefold())


def _once(name: str, item: Any) -> str:
    """Return a test's name without the id that pytest-repeat appends to it."""
    step = getattr(getattr(item, "callspec", None), "params", {}).get("__pytest_repeat_step_number")
    if step is None:
        return name
    return re.sub(rf"(\[)?(?(1)|-){step + 1}-\d+\]$", lambda cut: "" if cut[1] else "]", name)

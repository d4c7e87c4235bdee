"""Mismatches that wait for a decision: a run of an agent costs money, and accepting needs no second run."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any

from pytest_traces.errors import CorruptFile
from pytest_traces.files import replace_file
from pytest_traces.snapshots.storing.comparison import Asked
from pytest_traces.snapshots.text.file import Section, load, save


@dataclass(frozen=True)
class Pending:
    """A text that a test recorded and that differs from its snapshot."""

    nodeid: str
    kind: str
    """The kind of text: `span_tree`, `events` or `usage`."""
    index: str
    """The kind, with a name or number that is unique in the test."""
    root: str
    """The project's root, relative to the directory of pending files: a project can be moved as a whole."""
    location: str
    """The snapshot file, relative to the project's root: a copy of the entry is of use in another checkout."""
    section: str
    received: str
    stored: str | None
    """The committed text when the test ran; `None` if there was none."""
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def file_name(self) -> str:
        """The name of its file."""
        return sha256(f"{self.location}\n{self.section}".encode()).hexdigest()[:16] + ".json"


class PendingStore:
    """The pending snapshots of a project, one small file each.

    The directory is made when the first entry is kept; if that fails, the entry is lost. Without a root, entries
    belong to the project of the directory.
    """

    def __init__(self, directory: Callable[[], Path], root: Path | None = None, *others: Path) -> None:
        self._made = directory
        self._root = root
        self._others = others
        """More directories to read from: shards of a run in CI have one each."""

    @cached_property
    def _directory(self) -> Path:
        return self._made()

    def keep(self, nodeid: str, asked: Asked) -> bool:
        """Keep a received text until it is accepted or rejected; return whether the entry was written."""
        try:
            stored = None if asked.stored is None else asked.stored.text
            root, location = self._location(asked.path)
            received, options = asked.received.text, asked.received.options
            entry = Pending(nodeid, asked.kind, asked.index, root, location, asked.section, received, stored, options)
            replace_file(self._directory / entry.file_name, json.dumps(asdict(entry), ensure_ascii=False, indent=1))
        except OSError:
            return False
        return True

    def settle(self, path: Path) -> None:
        """Drop every entry of a snapshot file whose test has passed."""
        with suppress(OSError):
            _, location = self._location(path)
            for name, entry in self._files():
                if isinstance(entry, Pending) and entry.location == location:
                    name.unlink(missing_ok=True)

    def entries(self, pattern: str = "*") -> list[Pending]:
        """Return the entries of a node id, of a glob over node ids or of a part of one; raises `CorruptFile`."""
        found = []
        for _, entry in self._files():
            if isinstance(entry, CorruptFile):
                raise entry
            found.append(entry)
        matches = matching(pattern, (entry.nodeid for entry in found))
        return sorted((one for one in found if one.nodeid in matches), key=lambda one: (one.nodeid, one.section))

    def path(self, entry: Pending) -> Path:
        """Return the snapshot file an entry belongs to."""
        root = self._directory / entry.root if self._root is None else self._root
        within = Path(entry.location)
        if self._root is not None and (within.is_absolute() or ".." in within.parts):
            raise CorruptFile(f"{entry.location}: not below the project, as an entry of {entry.nodeid!r} says")
        return Path(os.path.normpath(root / entry.location))

    def accept(self, entry: Pending) -> None:
        """Write the received text into its snapshot file, without a run of the test.

        Raises `CorruptFile` and changes nothing if the file cannot be read, or has changed since.
        """
        path = self.path(entry)
        sections = load(path)
        now = sections.get(entry.section)
        if (now.text if now else None) not in (entry.stored, entry.received):
            raise CorruptFile(f"{path}: section {entry.section!r} has changed since its test ran; run the test again")
        save(path, sections | {entry.section: Section(entry.received, entry.options)})
        self.reject(entry)

    def reject(self, entry: Pending) -> None:
        """Drop the received text."""
        for directory in (self._directory, *self._others):
            (directory / entry.file_name).unlink(missing_ok=True)

    def _location(self, path: Path) -> tuple[str, str]:
        root = path.parent if self._root is None else self._root
        return _relative(root, self._directory), _relative(path, root)

    def _files(self) -> Iterable[tuple[Path, Pending | CorruptFile]]:
        for directory in (self._directory, *self._others):
            for path in sorted(directory.glob("*.json")):
                if not path.name.startswith("."):
                    yield path, _read(path)


def _relative(path: Path, start: Path) -> str:
    try:
        return Path(os.path.relpath(path, start)).as_posix()
    except ValueError:  # another drive
        return path.as_posix()


def matching(pattern: str, nodeids: Iterable[str]) -> set[str]:
    """Return the node ids that match a pattern of the command line: `::test_a`, `test_a[x*`, `tests/shop`.

    A whole name never matches a longer one: `test_a` is not `test_ab`. Only `*` and `?` are special.
    """
    ids = set(nodeids)
    name = re.escape(pattern.removeprefix("::")).replace(r"\*", ".*").replace(r"\?", ".")
    whole = re.compile(rf"(?:^|/|::){name}(?:$|\[|::|/)", re.DOTALL)
    named = {nodeid for nodeid in ids if whole.search(nodeid)}
    return named or {nodeid for nodeid in ids if "::" not in pattern and re.search(name, nodeid, re.DOTALL)}


def _read(path: Path) -> Pending | CorruptFile:
    try:
        entry = Pending(**json.loads(path.read_bytes()))
        _check(entry)
        return entry
    except (OSError, ValueError, TypeError) as error:
        return CorruptFile(f"{path}: not a pending snapshot ({error}); delete it and run its test again")


def _check(entry: Pending) -> None:
    """Raise `TypeError` for a field of the wrong type."""
    for name, value in vars(entry).items():
        is_right = isinstance(value, Mapping) if name == "options" else isinstance(value, str)
        if not is_right and (name, value) != ("stored", None):
            raise TypeError(f"{name} is {value!r:.80}")

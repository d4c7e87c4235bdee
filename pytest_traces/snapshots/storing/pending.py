"""Mismatches that wait for a decision: a run of an agent is dear and is never repeated to accept its result."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from fnmatch import fnmatchcase
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
    """What a test recorded where its snapshot says otherwise."""

    nodeid: str
    kind: str
    """What was compared: `span_tree`, `events` or `usage`."""
    index: str
    """The kind, and what tells it from others of its test."""
    location: str
    """The snapshot file, relative to the directory of pending files: a project can be moved as a whole."""
    section: str
    received: str
    stored: str | None
    """What was committed when the test ran; `None` where nothing was."""
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def file_name(self) -> str:
        """The name under which it is kept."""
        return sha256(f"{self.location}\n{self.section}".encode()).hexdigest()[:16] + ".json"


class PendingStore:
    """The pending snapshots of a project, one small file each.

    Their directory is asked for late: where none can be made, only what would be kept is lost.
    """

    def __init__(self, directory: Callable[[], Path]) -> None:
        self._made = directory

    @cached_property
    def _directory(self) -> Path:
        return self._made()

    def keep(self, nodeid: str, asked: Asked) -> bool:
        """Keep what was received until it is accepted or rejected; return whether it could be written."""
        try:
            stored = None if asked.stored is None else asked.stored.text
            location = self._location(asked.path)
            received, options = asked.received.text, asked.received.options
            entry = Pending(nodeid, asked.kind, asked.index, location, asked.section, received, stored, options)
            replace_file(self._directory / entry.file_name, json.dumps(asdict(entry), ensure_ascii=False, indent=1))
        except OSError:
            return False
        return True

    def settle(self, path: Path) -> None:
        """Drop every entry of a snapshot file whose test has passed."""
        with suppress(OSError):
            location = self._location(path)
            for name, entry in self._files():
                if isinstance(entry, Pending) and entry.location == location:
                    name.unlink(missing_ok=True)

    def entries(self, pattern: str = "*") -> list[Pending]:
        """Return what waits, by a node id, a glob over node ids or a part of one; raises `CorruptFile`."""
        found = []
        for _, entry in self._files():
            if isinstance(entry, CorruptFile):
                raise entry
            found.append(entry)
        matches = _matching(pattern, {entry.nodeid for entry in found})
        return sorted((one for one in found if one.nodeid in matches), key=lambda one: (one.nodeid, one.section))

    def path(self, entry: Pending) -> Path:
        """Return the snapshot file an entry belongs to."""
        return Path(os.path.normpath(self._directory / entry.location))

    def accept(self, entry: Pending) -> None:
        """Write what was received into its snapshot file; nothing is run.

        Raises `CorruptFile` and changes nothing where the file cannot be read, or has changed since.
        """
        path = self.path(entry)
        sections = load(path)
        now = sections.get(entry.section)
        if (now.text if now else None) not in (entry.stored, entry.received):
            raise CorruptFile(f"{path}: section {entry.section!r} has changed since its test ran; run the test again")
        save(path, sections | {entry.section: Section(entry.received, entry.options)})
        self.reject(entry)

    def reject(self, entry: Pending) -> None:
        """Drop what was received."""
        (self._directory / entry.file_name).unlink(missing_ok=True)

    def _location(self, path: Path) -> str:
        try:
            return Path(os.path.relpath(path, self._directory)).as_posix()
        except ValueError:  # another drive
            return path.as_posix()

    def _files(self) -> Iterable[tuple[Path, Pending | CorruptFile]]:
        for path in sorted(self._directory.glob("*.json")):
            if not path.name.startswith("."):
                yield path, _read(path)


def _matching(pattern: str, nodeids: set[str]) -> set[str]:
    """Return the node ids that a pattern means: a whole id never means a longer one, as `test_a` in `test_ab`."""
    if "::" in pattern:
        whole = re.compile(rf"(?:^|/|::){re.escape(pattern)}(?:$|\[|::)")
        named = {nodeid for nodeid in nodeids if whole.search(nodeid)}
        if named or not set(pattern) & set("*?"):
            return named
    return {nodeid for nodeid in nodeids if fnmatchcase(nodeid, pattern) or pattern in nodeid}


def _read(path: Path) -> Pending | CorruptFile:
    try:
        return Pending(**json.loads(path.read_bytes()))
    except (OSError, ValueError, TypeError) as error:
        return CorruptFile(f"{path}: not a pending snapshot ({error}); delete it and run its test again")

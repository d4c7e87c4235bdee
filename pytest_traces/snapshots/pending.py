"""Mismatches that wait for a decision: a run of an agent is dear and is never repeated to accept its result."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from fnmatch import fnmatchcase
from hashlib import sha256
from pathlib import Path
from typing import Any

from pytest_traces.errors import CorruptFile
from pytest_traces.snapshots.file import Section, load, save


@dataclass(frozen=True)
class Pending:
    """What a test recorded where its snapshot says otherwise."""

    nodeid: str
    location: str
    """The snapshot file, relative to the directory of pending files: a project can be moved as a whole."""
    section: str
    received: str
    stored: str | None
    """What was committed when the test ran; `None` where nothing was."""
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        """What was compared: `span_tree`, `events` or `usage`."""
        return self.section.rpartition("[")[2].rstrip("]").partition(":")[0].partition(".")[0]

    @property
    def file_name(self) -> str:
        """The name under which it is kept."""
        return sha256(f"{self.location}\n{self.section}".encode()).hexdigest()[:16] + ".json"


class PendingStore:
    """The pending snapshots of a project, one small file each."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def keep(self, nodeid: str, path: Path, section: str, received: Section, stored: str | None) -> None:
        """Keep what was received until somebody accepts or rejects it."""
        entry = Pending(nodeid, self._location(path), section, received.text, stored, received.options)
        self._directory.mkdir(parents=True, exist_ok=True)
        aside = self._directory / f".{entry.file_name}.{os.getpid()}"
        aside.write_text(json.dumps(asdict(entry), ensure_ascii=False, indent=1), encoding="utf-8")
        aside.replace(self._directory / entry.file_name)

    def settle(self, path: Path) -> None:
        """Drop every entry of a snapshot file whose test has passed."""
        location = self._location(path)
        for name, entry in self._files():
            if isinstance(entry, Pending) and entry.location == location:
                name.unlink(missing_ok=True)

    def entries(self, pattern: str = "*") -> list[Pending]:
        """Return what waits, by a glob over node ids (or a part of one); raises `CorruptFile`."""
        found = []
        for _, entry in self._files():
            if isinstance(entry, CorruptFile):
                raise entry
            if fnmatchcase(entry.nodeid, pattern) or pattern in entry.nodeid:
                found.append(entry)
        return sorted(found, key=lambda entry: (entry.nodeid, entry.section))

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


def _read(path: Path) -> Pending | CorruptFile:
    try:
        return Pending(**json.loads(path.read_bytes()))
    except (OSError, ValueError, TypeError) as error:
        return CorruptFile(f"{path}: not a pending snapshot ({error}); delete it and run its test again")

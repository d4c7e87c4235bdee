"""Mismatches that wait for a decision: a run of an agent is dear and is never repeated to accept its result."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from fnmatch import fnmatchcase
from hashlib import sha256
from pathlib import Path

from pytest_traces.errors import CorruptFile
from pytest_traces.snapshots.file import load, save


@dataclass(frozen=True)
class Pending:
    """What a test recorded where its snapshot says otherwise."""

    nodeid: str
    location: str
    """The snapshot file, relative to the root directory."""
    section: str
    received: str

    @property
    def file_name(self) -> str:
        """The name under which it is kept."""
        return sha256(f"{self.location}\n{self.section}".encode()).hexdigest()[:16] + ".json"


class PendingStore:
    """The pending snapshots of a project, one small file each."""

    def __init__(self, directory: Path, root: Path) -> None:
        self._directory = directory
        self._root = root

    def keep(self, nodeid: str, path: Path, section: str, received: str) -> None:
        """Keep what was received until somebody accepts or rejects it."""
        entry = self._entry(nodeid, path, section, received)
        self._directory.mkdir(parents=True, exist_ok=True)
        aside = self._directory / f".{entry.file_name}"
        aside.write_text(json.dumps(asdict(entry), ensure_ascii=False, indent=1), encoding="utf-8")
        aside.replace(self._directory / entry.file_name)

    def settle(self, path: Path, section: str) -> None:
        """Drop an entry whose snapshot matches again."""
        (self._directory / self._entry("", path, section, "").file_name).unlink(missing_ok=True)

    def entries(self, pattern: str = "*") -> list[Pending]:
        """Return what waits, by a glob over node ids (or a part of one); raises `CorruptFile`."""
        if not self._directory.is_dir():
            return []
        found = [_read(path) for path in sorted(self._directory.glob("*.json"))]
        wanted = [entry for entry in found if fnmatchcase(entry.nodeid, pattern) or pattern in entry.nodeid]
        return sorted(wanted, key=lambda entry: (entry.nodeid, entry.section))

    def stored(self, entry: Pending) -> str | None:
        """Return the committed text; `None` where there is none."""
        return load(self._root / entry.location).get(entry.section)

    def accept(self, entries: Iterable[Pending]) -> None:
        """Write what was received into the snapshot files; nothing is run."""
        for entry in entries:
            path = self._root / entry.location
            save(path, load(path) | {entry.section: entry.received})
            self.reject([entry])

    def reject(self, entries: Iterable[Pending]) -> None:
        """Drop what was received."""
        for entry in entries:
            (self._directory / entry.file_name).unlink(missing_ok=True)

    def _entry(self, nodeid: str, path: Path, section: str, received: str) -> Pending:
        location = path.relative_to(self._root) if path.is_relative_to(self._root) else path
        return Pending(nodeid, location.as_posix(), section, received)


def _read(path: Path) -> Pending:
    try:
        return Pending(**json.loads(path.read_text(encoding="utf-8")))
    except (ValueError, TypeError) as error:
        raise CorruptFile(f"{path}: not a pending snapshot ({error}); delete it and run its test again") from None

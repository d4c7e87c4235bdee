"""Replaces attributes of other people's code, and puts them back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_ABSENT = object()


class Patches:
    """What was replaced, in order."""

    def __init__(self) -> None:
        self._undo: list[tuple[Any, str, Any]] = []

    def swap(self, owner: Any, name: str, new: Any) -> Any:
        """Put a new attribute in place and return the old one, as found on the owner itself.

        Raises `AttributeError` where the owner has no such attribute: the framework's hook is gone.
        """
        old = getattr(owner, name)
        self._undo.append((owner, name, vars(owner).get(name, _ABSENT)))
        setattr(owner, name, new)
        return old

    def undo(self) -> None:
        """Restore everything, last first."""
        while self._undo:
            owner, name, old = self._undo.pop()
            if old is _ABSENT:
                delattr(owner, name)
            else:
                setattr(owner, name, old)


@contextmanager
def patches() -> Iterator[Patches]:
    """Collect replacements and undo them on the way out, after success and after an error."""
    made = Patches()
    try:
        yield made
    finally:
        made.undo()

"""Keeps contexts whole where a garbage collection runs finalizers in the middle of `ContextVar.set` (Python 3.11).

Python 3.11 may collect garbage at each allocation, also inside `set`. A finalizer that sets a variable of the same
context then frees the mapping that the outer `set` still reads: the interpreter crashes, or loses objects. A generator
that is closed in a collection enters and leaves its span, so it sets a variable. Python 3.12 collects between
instructions only.
"""

from __future__ import annotations

import gc
import sys
from collections import deque
from contextvars import Context, copy_context
from typing import Any

_MOST_IN_ONE_SET = 16
"""How many collections may interrupt the same `set`: it allocates a few objects for each level of its mapping."""


class _Keeper:
    """Holds the variables of the running code during a collection, and for some more if a finalizer has set one."""

    def __init__(self) -> None:
        self._now: Context | None = None
        self._kept: deque[Context | None] = deque(maxlen=_MOST_IN_ONE_SET)

    def __call__(self, phase: str, info: dict[str, Any]) -> None:
        if phase == "start":
            self._now = copy_context()
        elif self._now is not None:
            self._kept.append(self._now if _is_changed(self._now) else None)
            self._now = None


def _is_changed(held: Context) -> bool:
    """Return whether the running code has other variables, or other values, than it had."""
    now = copy_context()
    return len(now) != len(held) or any(now.get(variable, now) is not held[variable] for variable in held)


_KEEPER = _Keeper()


def keep_contexts_whole() -> None:
    """Protect contexts of this process from finalizers, from here on; nothing to do since Python 3.12."""
    if sys.version_info < (3, 12) and _KEEPER not in gc.callbacks:
        gc.callbacks.append(_KEEPER)

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
from functools import partial
from operator import not_

_HELD: deque[Context] = deque(maxlen=1)
"""The variables of the code that the last collection interrupted, if a finalizer set one of them."""

_NOW = iter(copy_context, None)


class _Phases:
    """What is done at the start and at the stop of a collection.

    It is made of C functions: in Python code, a Ctrl-C that waits for the end of a collection would be lost.
    """

    start = property(partial(next, map(_HELD.append, _NOW)))
    stop = property(partial(next, map(_HELD.__imul__, map(not_, map(_HELD.__contains__, _NOW)))))
    """Hold nothing if the variables are the same: a context is equal to a copy of it."""


_OBSERVE = partial(getattr, _Phases())
"""Called with the name of a phase, and with facts about the collection."""


def keep_contexts_whole() -> None:
    """Protect contexts of this process from finalizers, from here on; nothing to do since Python 3.12."""
    if sys.version_info < (3, 12) and _OBSERVE not in gc.callbacks:
        gc.callbacks.append(_OBSERVE)

"""Starts a thread inside the span that encloses the running code."""

from __future__ import annotations

import contextvars
import threading
from collections.abc import Callable
from typing import ParamSpec

P = ParamSpec("P")


def run_in_thread(work: Callable[P, object], /, *args: P.args, **kwargs: P.kwargs) -> threading.Thread:
    """Start a thread whose spans belong below the span that encloses the running code; join it yourself.

    >>> documents = ["b", "a"]
    >>> run_in_thread(documents.sort, reverse=False).join()
    >>> documents
    ['a', 'b']
    """
    context = contextvars.copy_context()
    thread = threading.Thread(target=lambda: context.run(work, *args, **kwargs))
    thread.start()
    return thread

"""Strays: spans of leftover work of an earlier test, so their test is unknown."""

from __future__ import annotations

from typing import NamedTuple


class Stray(NamedTuple):
    """A span that a thread, a task or a callback of an earlier test started while another test ran.

    The hand-over of the work was not observed, as with a list that a worker polls: the running test may own it.
    """

    name: str
    type: str
    owner: str
    """The test whose leftover work it is."""

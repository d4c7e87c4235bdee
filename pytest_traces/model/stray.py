"""Spans whose test is not known: they started in work of a test that was over, while another one ran."""

from __future__ import annotations

from typing import NamedTuple


class Stray(NamedTuple):
    """A span that a thread, a task or a callback of an earlier test started while another test ran.

    What handed over the work was not seen, as with a list that a worker polls: perhaps the test that ran.
    """

    name: str
    type: str
    owner: str
    """The test whose leftover work it is."""

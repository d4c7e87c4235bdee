"""Warns of spans that may belong to a test: work of an earlier test went on while it ran."""

from __future__ import annotations

import pytest

from pytest_traces.plugin.item.traced_test import TracedTest
from pytest_traces.wording import count


class StraySpans(pytest.PytestWarning):
    """Spans whose test is unknown are in no trace."""


def warn_of_strays(test: TracedTest) -> None:
    """Warn of spans from leftover work of earlier tests, if the test looked at its trace."""
    if test.harvest is None or not test.harvest.recorder.looked_at or not test.harvest.recorder.gaps.strays:
        return
    strays = list(test.harvest.recorder.gaps.strays)
    names = ", ".join(dict.fromkeys(stray.name for stray in strays))
    owners = ", ".join(dict.fromkeys(stray.owner for stray in strays))
    test.item.warn(
        StraySpans(
            f"{count(len(strays), 'span')} began while this test ran, in work that {owners} left behind: {names}. "
            "They are in no trace; if they are of this test, hand the work over by a queue, a pool, a task or an event."
        )
    )

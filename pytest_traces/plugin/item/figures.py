"""The figures of recordings on the reports of a test: counted once, though two reports and JUnit ask for them."""

from __future__ import annotations

import pytest

from pytest_traces.model.tree import SpanTree
from pytest_traces.plugin.session.trace_session import SESSION
from pytest_traces.report.summary import TestSummary, summarise
from pytest_traces.runtime.harvest.tree import Harvest


class Figures:
    """Counts the figures of recordings, again only if something was recorded or went wrong since."""

    def __init__(self, item: pytest.Item) -> None:
        self._session = item.config.stash[SESSION]
        self._counted: dict[Harvest, tuple[SpanTree, tuple[object, ...], TestSummary]] = {}

    def of(self, harvest: Harvest) -> TestSummary:
        """Return the figures of a recording as they are now."""
        tree, recorder = harvest.tree, harvest.recorder
        troubles = [*self._session.activation.troubles, *recorder.gaps.troubles]
        told = troubles, recorder.looked_at
        counted = self._counted.get(harvest)
        if counted is None or counted[0] is not tree or counted[1] != told:
            figures = summarise(
                tree,
                slow_ms=self._session.settings.slow_ms,
                retry_rule=self._session.settings.retry_rule,
                troubles=troubles,
                asserted=recorder.looked_at,
                priced=self._session.settings.records_every_test,
            )
            counted = self._counted[harvest] = tree, told, figures
        return counted[2]

"""Switches the adapter on; a package uses the entry point group `pytest_traces.adapters` instead."""

import pytest
import tinyflow_traces

from pytest_traces.testing import switched_on


@pytest.fixture(scope="session", autouse=True)
def tinyflow_is_heard():
    with switched_on(tinyflow_traces.ADAPTER):
        yield

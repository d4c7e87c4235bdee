"""Adapters are loaded when the first framework is imported: the names of frameworks are known before."""

from pytest_traces.adapters import FRAMEWORKS
from pytest_traces.adapters.registry import ADAPTERS


def test_each_package_that_makes_spans_is_awaited() -> None:
    hooked = [module for adapter in ADAPTERS if adapter.records is not None for module in adapter.hooks]
    assert {module.partition(".")[0] for module in hooked} == FRAMEWORKS

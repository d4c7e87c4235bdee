"""CI runs the contracts on the oldest versions that the registry promises."""

import re
from pathlib import Path

from pytest_traces.adapters.registry import ADAPTERS
from tests.adapters.frameworks_page import contracts

ROOT = Path(__file__).parents[2]
PINNED = dict(re.findall(r"^([\w-]+)==([\d.]+)", (ROOT / ".ci" / "oldest.txt").read_text(encoding="utf-8"), re.M))
PARTS = {"opentelemetry-api": "opentelemetry-sdk"}
"""Distributions that come with another one of the same version."""


def test_the_oldest_versions_of_the_registry_are_those_of_ci() -> None:
    tested = {one.adapter for one in contracts()} - {None}
    promised = {PARTS.get(one.distribution, one.distribution): one.verified for one in ADAPTERS if one.name in tested}
    oldest = {name: versions.partition("..")[0] for name, versions in promised.items()}
    assert {name: PINNED[name].rstrip(".") for name in oldest} == oldest

"""CI runs the contracts on the oldest and the newest versions that the registry promises."""

import re
from pathlib import Path

from pytest_traces.adapters.registry import ADAPTERS
from tests.adapters.frameworks_page import contracts

ROOT = Path(__file__).parents[2]


PARTS = {"opentelemetry-api": "opentelemetry-sdk"}
"""Distributions that come with another one of the same version."""


def pinned(file: str) -> dict[str, str]:
    text = (ROOT / ".ci" / file).read_text(encoding="utf-8")
    return {name: version.rstrip(".") for name, version in re.findall(r"^([\w-]+)==([\d.]+)", text, re.M)}


def test_the_oldest_versions_of_the_registry_are_those_of_ci() -> None:
    tested = {one.adapter for one in contracts()} - {None}
    promised = {PARTS.get(one.distribution, one.distribution): one.verified for one in ADAPTERS if one.name in tested}
    oldest = {name: versions.partition("..")[0] for name, versions in promised.items()}
    of_ci = pinned("oldest.txt")
    assert {name: of_ci[name] for name in oldest} == oldest


def test_a_package_that_is_kept_out_of_the_first_environment_has_one_of_its_own() -> None:
    newest = {one.distribution: one.verified.partition("..")[2] for one in ADAPTERS}
    limited = dict(re.findall(r'"([\w-]+)>=[\d.]+,<(\d+)"', (ROOT / "pyproject.toml").read_text(encoding="utf-8")))
    kept_out = {
        name: newest[name].partition(".")[0] for name, limit in limited.items() if newest.get(name, "0") >= limit
    }
    assert kept_out == pinned("newest.txt") == {"mcp": "2"}

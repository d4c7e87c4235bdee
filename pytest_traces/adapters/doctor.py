"""Checks which frameworks are installed, in which version, and whether the hooks of their adapters exist."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec

from pytest_traces.adapters.activation import Activation, Switch
from pytest_traces.adapters.registry import ADAPTERS, Adapter


@dataclass(frozen=True)
class Finding:
    """The result for one adapter."""

    adapter: str
    told: str
    broken: bool = False
    """Whether the framework is installed but its programs would not be recorded."""


def diagnose(adapters: Iterable[Adapter] = ADAPTERS) -> Iterator[Finding]:
    """Import each framework that is installed, switch its adapter on, and off again."""
    for adapter in sorted(adapters, key=lambda adapter: adapter.name):
        if not _is_installed(adapter):
            yield Finding(adapter.name, f"{adapter.distribution} is not installed")
            continue
        trouble = _tried(adapter)
        told = "listening" if trouble is None else trouble
        yield Finding(adapter.name, f"{versions_of(adapter)}: {told}", broken=trouble is not None)


def heard(activation: Activation | None) -> list[str]:
    """Return lines about each imported framework: whether the adapter listens, the version, and what makes spans.

    Adapters that listen come first: a framework often imports parts of another.
    """
    switches = [] if activation is None else sorted(activation.switches, key=lambda switch: not switch.on)
    lines = [line for switch in switches for line in _heard_of(switch)]
    return lines or ["listening: no framework was imported"]


def _heard_of(switch: Switch) -> Iterator[str]:
    adapter = switch.adapter
    if adapter.records is None or switch.refused:
        return
    what = f": {adapter.records}" if adapter.records else ""
    if switch.on:
        yield f"listening to {versions_of(adapter)}{what}"
    elif switch.trouble:
        yield f"not listening to {versions_of(adapter)}"
    elif _is_imported(adapter):
        yield f"no part of {versions_of(adapter)} that makes spans was imported{what}"


def _is_imported(adapter: Adapter) -> bool:
    """Return whether a package of a framework is imported; many load their parts at the first use."""
    return any(module.partition(".")[0] in sys.modules for module in (adapter.name, *adapter.hooks))


def versions_of(adapter: Adapter) -> str:
    """Return the installed version, and whether the contract ran on it."""
    oldest, _, newest = adapter.verified.partition("..")
    span = oldest if oldest == newest else f"{oldest} to {newest}"
    try:
        installed = version(adapter.distribution)
    except PackageNotFoundError:
        return f"{adapter.distribution} is not installed"
    known = _numbers(oldest) <= _numbers(installed) and _cut(installed, newest) <= _numbers(newest)
    return f"{adapter.distribution} {installed} ({f'verified {span}' if known else f'not verified, only {span}'})"


def _is_installed(adapter: Adapter) -> bool:
    return any(find_spec(module.partition(".")[0]) is not None for module in adapter.hooks)


def _tried(adapter: Adapter) -> str | None:
    """Return why an adapter would fail on this machine; `None` if it works."""
    activation = Activation([adapter])
    try:
        for module in adapter.hooks:
            with suppress(ModuleNotFoundError):  # an optional part of the framework
                import_module(module)
        activation.arm()
        if not activation.listening and not activation.troubles:
            return f"none of its modules is there: {', '.join(adapter.hooks)}"
        return "; ".join(activation.troubles) or None
    except Exception as error:
        return f"{adapter.distribution} cannot be imported: {type(error).__name__}: {error}"
    finally:
        activation.disarm()


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", version)[:3])


def _cut(version: str, like: str) -> tuple[int, ...]:
    """Return as many numbers of a version as the other one has: 2.8.3 is within 2.8."""
    return _numbers(version)[: len(_numbers(like))]

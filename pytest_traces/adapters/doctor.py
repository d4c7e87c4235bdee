"""Tells which frameworks are installed, and whether what their adapters hold on to is still there."""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.util import find_spec

from pytest_traces.adapters.activation import ADAPTERS, Activation


@dataclass(frozen=True)
class Finding:
    """What is known about one adapter."""

    adapter: str
    told: str
    broken: bool = False
    """The framework is installed, and its programs would not be recorded."""


def diagnose(adapters: Mapping[str, str] = ADAPTERS) -> Iterator[Finding]:
    """Import each framework that is installed, switch its adapter on, and off again."""
    for module, adapter in sorted(adapters.items(), key=lambda pair: pair[1]):
        name = adapter.rpartition(".")[2]
        if find_spec(module.partition(".")[0]) is None:
            yield Finding(name, "not installed")
            continue
        activation = Activation({module: adapter})
        try:
            importlib.import_module(module)
            activation.arm()
        except Exception as error:
            activation.troubles.append(f"{module} cannot be imported: {type(error).__name__}: {error}")
        finally:
            activation.disarm()
        broken = not activation.listening
        yield Finding(name, "; ".join(activation.troubles) if broken else "listening", broken)

"""Takes Tracium off the SDKs: where a test of its own switched it on, it stays on for the whole process."""

import inspect
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest


@contextmanager
def sdks_without_tracium() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for kind in _classes("openai.resources.", "anthropic.resources."):
            for name, method in list(vars(kind).items()):
                if inspect.isfunction(method) and method.__module__.startswith("tracium."):
                    patch.setattr(kind, name, _original(method))
        yield


def _classes(*rooms: str) -> Iterator[type]:
    for name, module in list(sys.modules.items()):
        if name.startswith(rooms):
            yield from (kind for kind in list(vars(module).values()) if inspect.isclass(kind))


def _original(method: Any) -> Any:
    while method.__module__.startswith("tracium."):
        method = next(cell.cell_contents for cell in method.__closure__ if inspect.isfunction(cell.cell_contents))
    return method

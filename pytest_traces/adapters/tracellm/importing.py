"""Imports TraceLLM without the effects of its import on the rest of the process."""

from __future__ import annotations

import importlib
import importlib.abc
import importlib.machinery
import sys
import warnings
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from importlib.machinery import PathFinder
from pathlib import Path
from types import ModuleType

from pytest_traces.adapters.toolkit.patches import Patches

_BACKEND = "app"
"""TraceLLM's backend is a top-level package of this name, as are many programs of users."""


def importing(module: ModuleType) -> AbstractContextManager[None]:
    """Import TraceLLM without side effects: environment, warnings and the user's own `app` stay unchanged."""
    return _unnoticed(module) if is_tracellm_cli(module) else nullcontext()


def is_tracellm_cli(module: ModuleType) -> bool:
    """Return whether a module is TraceLLM, not the unrelated package of the same name."""
    return any((Path(folder) / "trace_stream.py").exists() for folder in getattr(module, "__path__", ()))


@contextmanager
def _unnoticed(module: ModuleType) -> Iterator[None]:
    """Keep `.env` files out of the environment, ignore deprecations in models, and find TraceLLM's own `app`."""
    installed = Path(module.__path__[0]).parent
    with ExitStack() as around:
        around.enter_context(warnings.catch_warnings())
        warnings.simplefilter("ignore", DeprecationWarning)
        around.enter_context(_no_dotenv())
        if _is_shadowed(installed):
            around.enter_context(_own_backend(installed))
        yield
        importlib.import_module("tracellm.startup")  # the command line's part; it loads `.env` files too


@contextmanager
def _no_dotenv() -> Iterator[None]:
    import dotenv

    with Patches() as made:
        made.swap(dotenv, "load_dotenv", lambda *_, **__: False)
        yield


def _is_shadowed(installed: Path) -> bool:
    found = sys.modules.get(_BACKEND)
    spec = found.__spec__ if found is not None else PathFinder.find_spec(_BACKEND)
    where = None if spec is None else spec.origin
    return where is None or Path(where).parent != installed / _BACKEND


@contextmanager
def _own_backend(installed: Path) -> Iterator[None]:
    """Make TraceLLM import its own `app` even if the user has one; afterwards the name is the user's again."""
    theirs = _take_out()
    finder = _Backend(installed)
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)
        _take_out()
        sys.modules.update(theirs)


def _take_out() -> dict[str, ModuleType]:
    names = [name for name in sys.modules if name.partition(".")[0] == _BACKEND]
    return {name: sys.modules.pop(name) for name in names}


class _Backend(importlib.abc.MetaPathFinder):
    """Finds the package beside TraceLLM before any other package of its name."""

    def __init__(self, installed: Path) -> None:
        self._installed = str(installed)

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        return PathFinder.find_spec(name, [self._installed]) if name == _BACKEND else None

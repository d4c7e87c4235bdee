"""Imports TraceLLM without side effects of its import on the process."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from importlib import import_module
from importlib.machinery import ModuleSpec, PathFinder
from importlib.util import module_from_spec
from pathlib import Path
from types import ModuleType

from pytest_traces.adapters.toolkit.patches import Patches

_BACKEND = "app"
"""TraceLLM's backend is a top-level package of this name, as are many programs of users."""


def importing(module: ModuleType) -> AbstractContextManager[None]:
    """Return a context manager for its import: environment, warnings and the user's own `app` stay unchanged."""
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
        own = PathFinder.find_spec(_BACKEND, [str(installed)])
        if own is not None and _is_shadowed(own):
            around.enter_context(_loaded(own))
        yield
        import_module("tracellm.startup")  # the command line's part; it loads `.env` files too


@contextmanager
def _no_dotenv() -> Iterator[None]:
    import dotenv

    with Patches() as made:
        made.swap(dotenv, "load_dotenv", lambda *_, **__: False)
        yield


def _is_shadowed(own: ModuleSpec) -> bool:
    imported = sys.modules.get(_BACKEND)
    found = PathFinder.find_spec(_BACKEND) if imported is None else imported.__spec__
    return found is None or found.origin != own.origin


@contextmanager
def _loaded(own: ModuleSpec) -> Iterator[None]:
    """Load TraceLLM's own `app` for its import; afterwards the user's own `app` has the name again."""
    theirs = _take_out()
    backend = sys.modules[_BACKEND] = module_from_spec(own)
    try:
        if own.loader is not None:
            own.loader.exec_module(backend)
        yield
    finally:
        _take_out()
        sys.modules.update(theirs)


def _take_out() -> dict[str, ModuleType]:
    names = [name for name in sys.modules if name.partition(".")[0] == _BACKEND]
    return {name: sys.modules.pop(name) for name in names}

"""Runs code around and after the import of a module, before any other module takes a name from it."""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import sys
import threading
from collections.abc import Callable, Collection, Sequence
from contextlib import AbstractContextManager
from types import ModuleType
from typing import Any

Around = Callable[[ModuleType], AbstractContextManager[Any]]
Done = Callable[[ModuleType], None]


class PostImport(importlib.abc.MetaPathFinder):
    """A finder that finds nothing itself: it wraps the loaders of some modules."""

    def __init__(self, names: Collection[str], around: Around, done: Done) -> None:
        self._names = names
        self._around = around
        self._done = done
        self._searching = threading.local()

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if name not in self._names or getattr(self._searching, "on", False):
            return None
        self._searching.on = True  # other finders may ask again
        try:
            spec = self._found(name, path, target)
        finally:
            self._searching.on = False
        if spec is not None and hasattr(spec.loader, "exec_module"):
            spec.loader = _Loader(spec.loader, self._around, self._done)
        return spec

    def _found(self, *asked: Any) -> importlib.machinery.ModuleSpec | None:
        """Return the spec of the first other finder that knows the module."""
        finders = [getattr(finder, "find_spec", None) for finder in sys.meta_path if finder is not self]
        specs = (find(*asked) for find in finders if find is not None)
        return next((spec for spec in specs if spec is not None), None)


class _Loader(importlib.abc.Loader):
    """Wraps a loader and leaves it as it is: pytest shares one loader among all plugins."""

    def __init__(self, inner: Any, around: Around, done: Done) -> None:
        self._inner = inner
        self._around = around
        self._done = done

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType | None:
        return self._inner.create_module(spec)  # type: ignore[no-any-return]

    def exec_module(self, module: ModuleType) -> None:
        assert module.__spec__ is not None
        module.__spec__.loader = module.__loader__ = self._inner
        with self._around(module):
            self._inner.exec_module(module)
        self._done(module)

"""Switches adapters on when their framework is imported, be it before or after pytest started."""

from __future__ import annotations

import importlib
import importlib.abc
import importlib.machinery
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from types import ModuleType
from typing import Any

from pytest_traces.errors import TracesError

ADAPTERS: Mapping[str, str] = {
    "anyio._backends._asyncio": "pytest_traces.adapters.anyio",
    "timbal.core.tool": "pytest_traces.adapters.timbal",
    "tracellm": "pytest_traces.adapters.tracellm",
    "tracium": "pytest_traces.adapters.tracium",
}
"""The adapter of each framework, by the module whose import switches it on.

An adapter module offers `capture()`: a context manager that patches its framework on entry, restores it on
exit, and yields a function that forgets what the framework keeps from test to test. It may offer
`importing(module)`: a context manager around the import itself.
"""


class Activation:
    """Waits for the imports of frameworks, and holds the adapters that are on."""

    def __init__(self, adapters: Mapping[str, str] = ADAPTERS) -> None:
        self._pending = dict(adapters)
        self._finder = _PostImport(self._pending, self._importing, self._switch_on)
        self._on = ExitStack()
        self._resets: list[Callable[[], None]] = []
        self.listening: list[str] = []
        """Names of the adapters that are on."""
        self.troubles: list[str] = []
        """What went wrong or was refused, as in `timbal is imported but can't be captured: ...`."""
        self.broken = False
        """Whether a framework is imported whose hook is gone: what it does can't be seen."""

    def arm(self) -> None:
        """Switch on what is imported already, and wait for the rest."""
        for name in list(self._pending):
            if name in sys.modules:
                self._switch_on(sys.modules[name])
        sys.meta_path.insert(0, self._finder)

    def disarm(self) -> None:
        """Restore every framework; nothing is left behind."""
        if self._finder in sys.meta_path:
            sys.meta_path.remove(self._finder)
        self._on.close()

    def reset(self) -> None:
        """Let every framework forget what it kept from the last test."""
        for forget in self._resets:
            forget()

    def _importing(self, module: ModuleType) -> ExitStack:
        """Enter what an adapter wants around the import of its framework."""
        around = ExitStack()
        adapter = self._pending.get(module.__name__)
        try:
            offered = getattr(importlib.import_module(adapter), "importing", None) if adapter is not None else None
            if offered is not None:
                around.enter_context(offered(module))
        except Exception as error:
            self.troubles.append(f"{module.__name__} is imported as it is: {type(error).__name__}: {error}")
        return around

    def _switch_on(self, module: ModuleType) -> None:
        adapter = self._pending.pop(module.__name__, None)
        if adapter is None:
            return
        name = adapter.rpartition(".")[2]
        try:
            self._resets.append(self._on.enter_context(importlib.import_module(adapter).capture()))
            self.listening.append(name)
        except Exception as error:  # a program must not fail because its observer does
            self.broken = self.broken or not isinstance(error, TracesError)  # that is a package we refuse
            self.troubles.append(f"{name} is imported but can't be captured: {type(error).__name__}: {error}")


class _PostImport(importlib.abc.MetaPathFinder):
    """Runs callbacks around a module's body and right after it, before anybody can import a name from it."""

    def __init__(
        self, names: Mapping[str, Any], around: Callable[[ModuleType], ExitStack], done: Callable[[ModuleType], None]
    ) -> None:
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
            for finder in sys.meta_path:
                find = getattr(finder, "find_spec", None)
                spec = find(name, path, target) if find is not None and finder is not self else None
                if spec is not None:
                    if spec.loader is not None and hasattr(spec.loader, "exec_module"):
                        spec.loader = _Loader(spec.loader, self._around, self._done)
                    return spec  # type: ignore[no-any-return]
        finally:
            self._searching.on = False
        return None


class _Loader(importlib.abc.Loader):
    """Wraps a loader and never touches it: pytest shares one among all plugins."""

    def __init__(
        self, inner: Any, around: Callable[[ModuleType], ExitStack], done: Callable[[ModuleType], None]
    ) -> None:
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

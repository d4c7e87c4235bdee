"""Switches adapters on when their framework is imported, be it before or after pytest started."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

from pytest_traces.adapters.importing import PostImport
from pytest_traces.adapters.registry import ADAPTERS, Adapter, registered_elsewhere
from pytest_traces.errors import TracesError

if TYPE_CHECKING:
    from pytest_traces.adapters.toolkit.patches import Patches
    from pytest_traces.adapters.toolkit.source import Source


def resolve(named: str) -> Any:
    """Import what a text such as `"package.module:Class.method"` names."""
    module, _, attributes = named.partition(":")
    found: Any = import_module(module)
    for attribute in attributes.split("."):
        found = getattr(found, attribute)
    return found


class Switch:
    """One adapter: switched off, switched on, or broken."""

    def __init__(self, adapter: Adapter, shadows: Mapping[str, tuple[str, ...]]) -> None:
        self.adapter = adapter
        self._shadows = shadows
        self.on = False
        self.trouble: str | None = None
        """Why its framework is imported but not captured."""
        self.refused = False
        """Whether the imported package only shares its name with the framework."""
        self._undo = ExitStack()
        self._imported: list[str] = []
        self._busy = False
        self._tools: tuple[Patches, Source] | None = None

    def hook(self, module: str) -> None:
        """Run the hook of a module that was just imported; a hook that fails switches the whole adapter off."""
        self._imported.append(module)
        self.catch_up()

    def catch_up(self) -> None:
        """Run the hooks of modules that another hook, or a half-imported module of ours, imported."""
        while self._imported and not self._busy and not _is_half_imported():
            self._busy = True
            self._hook(self._imported.pop(0))
            self._busy = False

    def _hook(self, module: str) -> None:
        if self.trouble is not None:
            return
        try:
            resolve(self.adapter.hooks[module])(*self._made())
            self.on = True
        except Exception as error:  # a program must not fail because its observer does
            self.on = False
            self.refused = isinstance(error, TracesError)
            self.trouble = f"{self.adapter.name} is imported but can't be captured: {type(error).__name__}: {error}"
            self._undo.close()
            self._watch_entrances()

    def reset(self) -> None:
        """Reset what the framework keeps from the last test."""
        if self.on and self.adapter.reset is not None:
            resolve(self.adapter.reset)()

    def off(self) -> None:
        """Restore the framework."""
        self.on = False
        self._undo.close()
        self._tools = None

    def _made(self) -> tuple[Patches, Source]:
        from pytest_traces.adapters.toolkit.patches import Patches
        from pytest_traces.adapters.toolkit.source import Source

        if self._tools is None:
            self._tools = Patches(), Source(self.adapter.name, self._shadows)
            self._undo.callback(self._tools[0].undo)
        return self._tools

    def _watch_entrances(self) -> None:
        """Watch the public functions of a framework whose hook failed: their calls cannot be captured."""
        from pytest_traces.adapters.toolkit.entrances import watch_entrance
        from pytest_traces.adapters.toolkit.patches import Patches

        if self.refused:
            return
        made = Patches()
        self._undo.callback(made.undo)
        for entrance in self.adapter.entrances:
            owner, _, name = entrance.rpartition("." if "." in entrance.partition(":")[2] else ":")
            try:
                watch_entrance(made, resolve(owner) if ":" in owner else import_module(owner), name, self.trouble or "")
            except Exception:  # this function is gone too; the message of an empty trace still names the trouble
                continue


def _is_half_imported() -> bool:
    """Return whether a module of ours is half imported: pydantic loads plugins then, and with them frameworks."""
    ours = [module for name, module in list(sys.modules.items()) if name.startswith("pytest_traces.")]
    return any(map(_is_initializing, ours))


def _is_initializing(module: ModuleType) -> bool:
    """Return whether the import of a module goes on."""
    return bool(getattr(getattr(module, "__spec__", None), "_initializing", False))


class Activation:
    """Waits for the imports of frameworks, and holds the adapters that are on."""

    def __init__(self, adapters: Iterable[Adapter] = ADAPTERS) -> None:
        self._switches: dict[str, Switch] = {}
        self._pending: dict[str, list[Switch]] = {}
        self._finder = PostImport(self._pending, self._importing, self._imported)
        self._shadows: dict[str, tuple[str, ...]] = {}
        self._errors: list[str] = []
        for adapter in adapters:
            self.add(adapter)

    @property
    def listening(self) -> list[str]:
        """Names of the adapters that are on."""
        return [name for name, switch in self._switches.items() if switch.on]

    @property
    def troubles(self) -> list[str]:
        """What went wrong or was refused, as in `timbal is imported but can't be captured: ...`."""
        return [*(switch.trouble for switch in self._switches.values() if switch.trouble), *self._errors]

    @property
    def switches(self) -> Iterator[Switch]:
        """Every registered adapter."""
        return iter(self._switches.values())

    def add(self, adapter: Adapter) -> None:
        """Register an adapter; of two with one name the first counts."""
        if adapter.name in self._switches:
            return
        if adapter.shadows:
            self._shadows[adapter.name] = adapter.shadows
        switch = self._switches[adapter.name] = Switch(adapter, self._shadows)
        for module in adapter.hooks:
            self._pending.setdefault(module, []).append(switch)

    def arm(self) -> None:
        """Switch on what is imported already, and wait for the rest."""
        self.wait()  # first: a hook imports more of its framework, which has hooks too
        self.switch_on_imported()

    def wait(self) -> None:
        """Switch on what is imported from now on."""
        sys.meta_path.insert(0, self._finder)

    def switch_on_imported(self) -> None:
        """Switch on what is imported already, but nothing in the middle of its import: it has no names yet."""
        for name in [name for name in self._pending if name in sys.modules]:
            if not _is_initializing(sys.modules[name]):
                self._imported(sys.modules[name])

    def add_registered_elsewhere(self) -> None:
        """Load adapters of other packages; called when a test first records, because the search takes milliseconds."""
        found = registered_elsewhere()
        while True:
            try:
                self.add(next(found))
            except StopIteration:
                break
            except Exception as error:  # one broken package must not hide the others
                self._errors.append(f"an adapter of another package can't be loaded: {type(error).__name__}: {error}")
        self.switch_on_imported()

    def disarm(self) -> None:
        """Restore every framework."""
        if self._finder in sys.meta_path:
            sys.meta_path.remove(self._finder)
        for switch in self._switches.values():
            switch.off()

    def catch_up(self) -> None:
        """Switch on what was imported while a module of ours was half imported."""
        for switch in self._switches.values():
            switch.catch_up()

    def reset(self) -> None:
        """Reset what frameworks keep from the last test; a reset that fails becomes a trouble, no error."""
        for switch in self._switches.values():
            self._guarded(switch.reset, f"{switch.adapter.name} could not be reset after the last test")

    @contextmanager
    def asking_for_content(self) -> Iterator[None]:
        """Set environment variables that make frameworks record content; the user's own values stay."""
        asked = {name: value for switch in self.switches for name, value in switch.adapter.environment.items()}
        asked = {name: value for name, value in asked.items() if name not in os.environ}
        os.environ.update(asked)
        try:
            yield
        finally:
            for name, value in asked.items():
                if os.environ.get(name) == value:
                    del os.environ[name]

    def _importing(self, module: ModuleType) -> ExitStack:
        """Enter the context manager of an adapter around the import of its framework."""
        around = ExitStack()
        for switch in self._pending.get(module.__name__, ()):
            wanted = switch.adapter.around_import
            if wanted is not None:
                enter = lambda wanted=wanted: around.enter_context(resolve(wanted)(module))  # noqa: E731
                self._guarded(enter, f"{module.__name__} is imported as it is")
        return around

    def _imported(self, module: ModuleType) -> None:
        for switch in self._pending.pop(module.__name__, ()):
            switch.hook(module.__name__)
        self.catch_up()

    def _guarded(self, step: Callable[[], object], what: str) -> None:
        try:
            step()
        except Exception as error:
            told = f"{what}: {type(error).__name__}: {error}"
            if told not in self._errors:
                self._errors.append(told)

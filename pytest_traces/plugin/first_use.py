"""Waits for the first use of traces in a pytest session: only then the folders of this package are loaded.

Each of these is a use: a test asks for its trace or has limits; an option or an ini key of ours is set; our code that
records is imported, as adapters do; xdist controls workers.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from threading import RLock, local
from types import ModuleType
from typing import TYPE_CHECKING, Any

import pytest

from pytest_traces.adapters import FRAMEWORKS
from pytest_traces.ledger import Ledger
from pytest_traces.plugin.options import is_any_set
from pytest_traces.plugin.running import CONTEXT, TEST, Running

if TYPE_CHECKING:
    from pytest_traces.plugin.item.traced_test import TracedTest
    from pytest_traces.plugin.session.imports import Imports

MARKERS = ("trace", "traces")
"""The names of the fixture and of the marker, whose use makes a test traced."""

_AWAITED = FRAMEWORKS | {CONTEXT}


class FirstUse:
    """One for each pytest session: a finder of modules that finds nothing itself."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.ledger = Ledger()
        self.running = Running()
        self.has_happened = False
        """Whether the rest of this package is loaded."""
        self._imports: Imports | None = None
        self._is_configured = False
        self._lock = RLock()
        self._searching = local()

    def wait(self) -> None:
        """Wait for imports; what other plugins imported before is hooked now."""
        sys.meta_path.insert(0, self)
        self.config.add_cleanup(lambda: sys.meta_path.remove(self))
        if not _AWAITED.isdisjoint(sys.modules):
            self._watch_imports().activation.switch_on_imported()

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Load the adapters before the first framework, and let them find it."""
        if name not in _AWAITED or getattr(self._searching, "on", False):
            return None
        self._watch_imports()
        self._searching.on = True  # this finder is asked again
        try:
            return find_spec(name)
        finally:
            self._searching.on = False

    def configured(self) -> None:
        """Begin at once if traces are used already: the options can be read from now on."""
        self._is_configured = True
        if CONTEXT in sys.modules or is_any_set(self.config):
            self.begin()

    def begin(self) -> None:
        """Load everything else; a session begins once."""
        with self._lock:
            imports = self._watch_imports()
            if not self.has_happened:
                self.has_happened = True
                from pytest_traces.plugin.in_use.beginning import begin_session

                begin_session(self.config, imports, self.running, self.ledger)

    def test(self, item: pytest.Item) -> TracedTest:
        """Return the data of a running test, which uses traces now."""
        self.begin()
        return item.stash[TEST]

    def _watch_imports(self) -> Imports:
        with self._lock:
            if self._imports is None:
                from pytest_traces.plugin.session.imports import Imports

                self._imports = Imports(self.running.fixtures, CONTEXT)
                self._imports.watch(self.config, self._recording_loaded)
            return self._imports

    def _recording_loaded(self) -> None:
        if self._is_configured:
            self.begin()


FIRST_USE = pytest.StashKey[FirstUse]()


def first_use(config: pytest.Config) -> FirstUse:
    """Return what waits for the first use in a session; the first call makes it wait."""
    if FIRST_USE not in config.stash:
        config.stash[FIRST_USE] = FirstUse(config)
        config.stash[FIRST_USE].wait()
    return config.stash[FIRST_USE]


def is_traced(item: pytest.Item) -> bool:
    """Return whether a test asks for its trace, or has limits."""
    return asks(item) or is_limited(item)


def is_limited(item: pytest.Item) -> bool:
    """Whether a test has limits, and so is recorded even without the fixture."""
    return any(item.get_closest_marker(name) is not None for name in MARKERS)


def asks(item: pytest.Item) -> bool:
    """Return whether a test gets a fixture of ours; its own fixture `trace` may request ours by the same name."""
    known = getattr(getattr(item, "_fixtureinfo", None), "name2fixturedefs", {})
    return any(_leads_to_ours(name, known.get(name, ())) for name in MARKERS)


def _leads_to_ours(name: str, definitions: Sequence[Any]) -> bool:
    for definition in reversed(definitions):  # the last definition is used; an earlier one only if it is requested
        if definition.func.__module__ == __package__:
            return True
        if name not in definition.argnames:
            return False
    return False

"""Imports that matter to a session: frameworks, which adapters hook, and the module that records."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sized
from contextlib import ExitStack, nullcontext

import pytest

from pytest_traces.adapters.activation import Activation
from pytest_traces.adapters.importing import PostImport
from pytest_traces.plugin.session.seen_names import SeenNames


class Imports:
    """The adapters of a session, and the names of spans that nothing recorded."""

    def __init__(self, wider_fixtures: Sized, context: str) -> None:
        self.activation = Activation()
        self.seen = SeenNames(wider_fixtures)
        self._context = context

    def watch(self, config: pytest.Config, loaded: Callable[[], None]) -> None:
        """Watch imports to the end of the session; `loaded` is called when something can be recorded."""
        around = ExitStack()
        config.add_cleanup(around.close)

        def keep(module: object) -> None:
            from pytest_traces.plugin.session.outside_tests import keeping_names

            around.enter_context(keeping_names(self.seen))
            loaded()

        self.activation.wait()
        around.callback(self.activation.disarm)
        finder = PostImport({self._context}, lambda module: nullcontext(), keep)
        sys.meta_path.insert(0, finder)
        around.callback(sys.meta_path.remove, finder)
        if self._context in sys.modules:
            keep(None)

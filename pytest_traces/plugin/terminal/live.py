"""Shows the latest events of the running test on the terminal, and clears them when the test is over."""

from __future__ import annotations

import os
import select
import threading
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from pytest_traces.plugin.session.trace_session import SESSION
from pytest_traces.plugin.terminal.screen import Screen
from pytest_traces.plugin.terminal.stream import EventStream

_PERIOD = 0.5  # seconds between two drawings; a test that takes less shows nothing
_TERMINAL = "terminalreporter"


def is_wanted(config: pytest.Config) -> bool:
    """Return whether tests run in this process with `-v`, on a terminal that no other plugin draws on."""
    reporter: Any = config.pluginmanager.getplugin(_TERMINAL)
    return (
        os.name == "posix"
        and os.environ.get("TERM", "dumb") != "dumb"
        and config.getoption("verbose") > 0
        and config.getoption("capture") in ("fd", "sys")
        and not config.pluginmanager.hasplugin("dsession")
        and not _logs_live(config)
        and type(reporter).__name__ == "TerminalReporter"
        and reporter._tw._file.isatty()
    )


def _logs_live(config: pytest.Config) -> bool:
    try:
        return config.getini("log_cli") or config.getoption("log_cli_level") is not None
    except ValueError:  # the plugin is switched off
        return False


class LiveProgress:
    """Registered on a terminal with `-v` when a test begins: hooks of each test, and a thread that draws."""

    def __init__(self, config: pytest.Config) -> None:
        self._terminal: Any = config.pluginmanager.getplugin(_TERMINAL)
        self._descriptor = os.dup(self._terminal._tw._file.fileno())  # pytest's capture replaces the original
        self._screen = Screen(self._descriptor)
        self._stream = EventStream()
        self._stream.begin()
        self._wakes, self._waker = os.pipe()
        self._is_running = False
        self._thread = threading.Thread(target=self._draw, name="pytest-traces-progress", daemon=True)
        self._thread.start()
        config.stash[SESSION].listeners.append(self._stream)

    def pytest_runtest_logstart(self) -> None:
        """Begin a test."""
        self._stream.begin()

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_setup(self) -> Generator[None, Any, Any]:
        """Show events of fixtures."""
        with self._showing():
            return (yield)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_call(self) -> Generator[None, Any, Any]:
        """Show events of the test."""
        with self._showing():
            return (yield)

    def pytest_enter_pdb(self) -> None:
        """Stop drawing while the debugger uses the terminal."""
        self._hide()

    def pytest_unconfigure(self) -> None:
        """End the thread."""
        self._hide()
        os.close(self._waker)  # the thread reads the end of the pipe
        self._thread.join()
        os.close(self._wakes)
        os.close(self._descriptor)

    @contextmanager
    def _showing(self) -> Iterator[None]:
        self._screen.open(self._terminal._tw.width_of_current_line % self._terminal._tw.fullwidth)
        self._is_running = True
        os.write(self._waker, b".")
        try:
            yield
        finally:
            self._hide()

    def _hide(self) -> None:
        self._is_running = False
        self._screen.close()

    def _draw(self) -> None:
        """Draw at intervals while a test runs, else sleep until the next one begins."""
        while True:
            ready, _, _ = select.select([self._wakes], [], [], _PERIOD if self._is_running else None)
            if not ready:
                self._screen.draw(self._stream.lines())
            elif not os.read(self._wakes, 4096):
                return

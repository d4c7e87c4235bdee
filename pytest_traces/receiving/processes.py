"""Receives the spans of the processes that programs start with `subprocess`, `asyncio` or `anyio`."""

from __future__ import annotations

import asyncio.subprocess
import os
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from secrets import token_hex
from typing import Any

from pytest_traces.model.lane import Lane
from pytest_traces.receiving.environment import parent_in, sending_to
from pytest_traces.receiving.grafting import Graft
from pytest_traces.receiving.requests import Refused, read_request
from pytest_traces.receiving.server import Server
from pytest_traces.runtime.lanes.awaiting import in_order, over
from pytest_traces.runtime.lanes.processes import name_of
from pytest_traces.runtime.recording.branches import branch, spawner
from pytest_traces.runtime.recording.context import OUTSIDE, harmless
from pytest_traces.runtime.recording.recorder import Place

_ENV = 10
"""The position of `env` among the arguments of `Popen`."""


@contextmanager
def receiving() -> Iterator[None]:
    """Receive the spans of each process that is started in the block."""
    receiver = Receiver()
    with ExitStack() as patched:
        for owner, name, watch in (
            (subprocess.Popen, "__init__", receiver.watched_start),
            (subprocess.Popen, "wait", _watched_end),
            (subprocess.Popen, "poll", _watched_end),
            (asyncio.subprocess.Process, "wait", _watched_async_end),
            (asyncio.subprocess.Process, "communicate", _watched_async_end),
        ):
            original = getattr(owner, name)
            setattr(owner, name, watch(original))
            patched.callback(setattr, owner, name, original)
        patched.callback(receiver.close)
        yield


class Process:
    """A process that was started: it sends to an address of its own."""

    def __init__(self, what: str, place: Place | None, parents: tuple[str, ...]) -> None:
        self._what = what
        self._parents = parents
        self._grafts: dict[int, Graft] = {}
        self.place = place
        """The lane of the process; `None` if it was started outside tests, and serves whichever test runs."""

    def graft(self) -> Graft | None:
        """Return where its spans belong now: below the call that started it, else in the only test that runs."""
        recorder = OUTSIDE.recorder() if self.place is None else self.place.recorder
        if recorder is None:
            return None
        found = self._grafts.get(id(recorder))
        if found is None or found.place.recorder is not recorder:
            place = self.place or Place(recorder, None, Lane(recorder.root, recorder.tick(), "unseen"))
            found = self._grafts[id(recorder)] = Graft(self._what, place, self._parents)
        return found

    def done(self) -> bool:
        """Return whether it is over: asked only then."""
        return True

    @harmless
    def end(self) -> None:
        """Record what it sent, and that the running code waited for its end."""
        for graft in self._grafts.values():
            graft.settle()
        if self.place is not None and in_order(self):
            over((self.place,))


class Receiver:
    """Hands each process an address, and takes what comes there."""

    def __init__(self) -> None:
        self._server: Server | None = None
        self._processes: dict[str, Process] = {}
        self._lock = threading.Lock()

    def watched_start(self, start: Callable[..., None]) -> Callable[..., None]:
        """Return a `Popen.__init__` that hands the process its environment."""

        def watched(process: Any, *args: Any, **options: Any) -> None:
            given = args[_ENV] if len(args) > _ENV else options.get("env")
            changed = self._environment(process, args[0] if args else options.get("args"), given)
            if changed is not None and len(args) > _ENV:
                args = (*args[:_ENV], changed, *args[_ENV + 1 :])
            elif changed is not None:
                options["env"] = changed
            start(process, *args, **options)

        return watched

    def close(self) -> None:
        """Stop listening."""
        if self._server is not None:
            self._server.close()

    @harmless
    def _environment(self, process: Any, command: Any, given: Mapping[str, str] | None) -> Mapping[str, str] | None:
        given = os.environ if given is None else given
        place = spawner()
        key = token_hex(8)
        environment = sending_to(f"{self._address()}/{key}", key, given)
        own = None if place is None else branch(place, "process")
        parents = (key, parent_in(environment))
        process._pytest_traces_process = self._processes[key] = Process(name_of(command), own, parents)
        return environment

    def _address(self) -> str:
        with self._lock:
            if self._server is None:
                self._server = Server(self._take)
            return self._server.address

    def _take(self, key: str, signal: str, body: bytes, type: str) -> None:
        process = self._processes.get(key)
        if process is None:
            raise Refused(404, f"no process sends to {key}")
        graft = process.graft()
        if graft is None or signal == "metrics":
            return
        try:
            graft.arrive(read_request(body, type, signal))
        except Refused as refused:
            graft.refuse(refused)
            raise


def _watched_end(end: Callable[..., Any]) -> Callable[..., Any]:
    def watched(process: Any, *args: Any, **options: Any) -> Any:
        try:
            return end(process, *args, **options)
        finally:
            _note_end(process)

    return watched


def _watched_async_end(end: Callable[..., Any]) -> Callable[..., Any]:
    async def watched(process: Any, *args: Any, **options: Any) -> Any:
        try:
            return await end(process, *args, **options)
        finally:
            _note_end(process._transport.get_extra_info("subprocess"))

    return watched


def _note_end(process: Any) -> None:
    started = getattr(process, "_pytest_traces_process", None)
    if isinstance(started, Process) and process.returncode is not None:
        started.end()

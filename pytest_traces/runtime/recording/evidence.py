"""Watches this process make values that no other run makes: random bytes, numbers and names, ports, threads.

A value in a trace is noise when there is evidence that the run made it up; its look alone proves nothing. So the
sources of randomness are observed while a test records. They return their usual values, and a copy is kept here.
A generator that the program seeded makes the same values in every run: these are behaviour, and are not kept.
"""

from __future__ import annotations

import os
import random
import sys
import time
from collections import deque
from collections.abc import Callable, Iterable
from threading import get_ident
from typing import Any
from weakref import WeakSet

from pytest_traces.runtime.recording.context import harmless

Patch = tuple[Any, str, Callable[[Any], Any]]
"""An owner, the name of an attribute, and a function from the original to its replacement."""

STARTED = time.time()
"""Unix seconds of the import of this module: clocks from then on show times of this run."""

KEPT = 1 << 16
"""The most values of each kind; the oldest go first."""
_SHORTEST, _LONGEST = 4, 64  # random bytes that become an id
_LARGE = 1 << 32  # integers below it may be equal by chance
_HUGE = 1 << 512  # integers from it on become no id, and Python refuses to write very large ones as text
_LETTERS = 10  # different letters from which a picked text is told from any other


class Made:
    """The latest random values of this process, by kind; threads may add at the same time."""

    def __init__(self) -> None:
        self.bytes: deque[bytes] = deque(maxlen=KEPT)
        self.integers: deque[int] = deque(maxlen=KEPT)
        self.floats: deque[float] = deque(maxlen=KEPT)
        self.names: deque[str] = deque(maxlen=KEPT)
        """Names of temporary files and directories, without prefix and suffix."""
        self.ports: deque[int] = deque(maxlen=KEPT)
        """Ports that the system chose for a server."""
        self.threads: deque[int] = deque(maxlen=KEPT)
        self.picked: dict[int, deque[str]] = {}
        """Letters picked at random, one after the other, by thread."""

    def version(self) -> tuple[Any, ...]:
        """Return a value that changes whenever something is added."""
        kinds: Iterable[deque[Any]] = (self.bytes, self.integers, self.floats, self.names, self.ports, self.threads)
        return (*((len(kind), kind[-1] if kind else None) for kind in kinds), *map(len, self.picked.values()))

    def pick(self, letters: Any, population: Any) -> None:
        """Keep random letters of an alphabet."""
        if isinstance(population, str) and len(population) >= _LETTERS:
            self.picked.setdefault(get_ident(), deque(maxlen=KEPT)).append("".join(letters))


MADE = Made()
"""The random values of this process during recordings."""

_SEEDED: WeakSet[random.Random] = WeakSet()
_UNSEEDED: WeakSet[random.Random] = WeakSet()
"""Generators that were made, or seeded, while a test recorded, without and with a seed of the program's own."""


def evidence_patches() -> list[Patch]:
    """Return the functions to replace while a test records; seeds of earlier tests are forgotten."""
    import secrets
    import socket
    import tempfile
    import threading

    _SEEDED.clear()
    of_names: Any = getattr(tempfile, "_RandomNameSequence", None)
    patches: list[Patch] = [
        (os, "urandom", _keeping_bytes),
        (random, "_urandom", _keeping_bytes),
        (random.Random, "seed", _watched_seed),
        (random, "seed", _watched_seed),
        (socket.socket, "bind", _watched_bind),
        (threading.Thread, "_set_ident", _watched_ident),
        (of_names, "__next__", _keeping_names),
        (secrets, "choice", _METHODS["choice"]),
    ]
    for name, keeping in _METHODS.items():
        patches += [(random.Random, name, keeping), (random, name, keeping)]
    patches += [(random.SystemRandom, name, _METHODS[name]) for name in ("random", "getrandbits")]
    return [patch for patch in patches if hasattr(patch[0], patch[1])]


def _is_noise(generator: Any) -> bool:
    """Return whether a generator is known to give other values in every run."""
    own: Any = getattr(random, "_inst", None)
    return (generator is own and own not in _SEEDED) or generator in _UNSEEDED or type(generator) is random.SystemRandom


def _generator(function: Any, arguments: tuple[Any, ...]) -> tuple[Any, tuple[Any, ...]]:
    """Return the generator of a value: the first argument of a method, or the owner of `random.random`."""
    bound = getattr(function, "__self__", None)
    return (bound, arguments) if isinstance(bound, random.Random) else (arguments[0], arguments[1:])


def _keeping(keep: Callable[[Any, tuple[Any, ...]], None]) -> Callable[[Any], Any]:
    def watch(original: Any) -> Any:
        def watched(*arguments: Any, **named: Any) -> Any:
            value = original(*arguments, **named)
            keep_noise(value, original, arguments, named)
            return value

        return watched

    @harmless
    def keep_noise(value: Any, original: Any, arguments: tuple[Any, ...], named: dict[str, Any]) -> None:
        generator, given = _generator(original, arguments)
        if _is_noise(generator):
            keep(value, (*given, *named.values()))

    return watch


def _keep_integer(value: Any, given: tuple[Any, ...]) -> None:
    if _LARGE <= value < _HUGE:
        MADE.integers.append(value)


def _keep_choice(value: Any, given: tuple[Any, ...]) -> None:
    MADE.pick(value, given[0] if given else None)


_METHODS: dict[str, Callable[[Any], Any]] = {
    "random": _keeping(lambda value, given: MADE.floats.append(value)),
    "uniform": _keeping(lambda value, given: MADE.floats.append(value)),
    "getrandbits": _keeping(_keep_integer),
    "randrange": _keeping(_keep_integer),
    "randbytes": _keeping(lambda value, given: MADE.bytes.append(value)),
    "choice": _keeping(_keep_choice),
    "choices": _keeping(_keep_choice),
}


def _keeping_bytes(urandom: Callable[[int], bytes]) -> Callable[[int], bytes]:
    def watched(size: int) -> bytes:
        value = urandom(size)
        if _SHORTEST <= size <= _LONGEST:
            MADE.bytes.append(value)
        return value

    return watched


def _keeping_names(following: Callable[[Any], str]) -> Callable[[Any], str]:
    def watched(names: Any) -> str:
        name = following(names)
        MADE.names.append(name)
        return name

    return watched


def _watched_seed(seed: Callable[..., None]) -> Callable[..., None]:
    def watched(*arguments: Any, **named: Any) -> None:
        seed(*arguments, **named)
        # pytest-randomly seeds before each test with a number that is another one in every run
        is_chosen = not str(sys._getframe(1).f_globals.get("__name__")).startswith("pytest_randomly")
        _note_seed(seed, arguments, named, is_chosen)

    return watched


@harmless
def _note_seed(seed: Any, arguments: tuple[Any, ...], named: dict[str, Any], is_chosen: bool) -> None:
    generator, given = _generator(seed, arguments)
    chosen = is_chosen and (*given, *named.values())[:1] not in ((), (None,))
    (_SEEDED if chosen else _UNSEEDED).add(generator)
    (_UNSEEDED if chosen else _SEEDED).discard(generator)


def _watched_bind(bind: Callable[..., None]) -> Callable[..., None]:
    def watched(server: Any, address: Any) -> None:
        bind(server, address)
        _note_port(server, address)

    return watched


@harmless
def _note_port(server: Any, address: Any) -> None:
    if isinstance(address, tuple) and len(address) > 1 and address[1] == 0:
        MADE.ports.append(server.getsockname()[1])


def _watched_ident(set_ident: Callable[[Any], None]) -> Callable[[Any], None]:
    def watched(thread: Any) -> None:
        set_ident(thread)
        MADE.threads.append(get_ident())

    return watched

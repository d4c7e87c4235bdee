"""Random fork-join programs: what `running` runs, and what hypothesis makes up.

A program is a series of calls and forks. A call opens a span and runs a series inside it. A fork spawns branches
in one of many ways, does work of its own in between, waits for some branches before others, and for all in the end.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from hypothesis import strategies as st

ASYNC_WAYS = ("gather", "tasks", "group", "wait", "context", "to_thread", "executor", "anyio", "anyio_thread")
SYNC_WAYS = ("pool", "shutdown", "map", "threads", "carried")
THREADS = frozenset({"to_thread", "executor", "anyio_thread"})
"""Async ways whose branches run in threads, and so cannot be async themselves."""

_ALL_AT_ONCE = frozenset({"gather", "wait", "map"})
"""Ways that spawn every branch in one go: there is no work in between."""


@dataclass(frozen=True)
class Call:
    """A span, and what runs inside it."""

    type: str
    name: str
    input: int
    below: Series = ()


@dataclass(frozen=True)
class Act:
    """One act of a forking program: spawn or join a branch, or make a call."""

    act: Literal["spawn", "join", "call"]
    branch: int = 0
    call: Call | None = None


@dataclass(frozen=True)
class Fork:
    """Branches, and the order in which they are spawned and waited for."""

    way: str
    branches: tuple[Series, ...]
    acts: tuple[Act, ...]


@dataclass(frozen=True)
class Loop:
    """An `asyncio.run` inside plain code."""

    below: Series


Series = tuple[Call | Fork | Loop, ...]


@st.composite
def programs(draw: st.DrawFn) -> Series:
    """Make up a program as a test would run it: plain code that starts loops and threads."""
    return draw(_series(is_async=False, depth=2, least=1))


@st.composite
def _series(draw: st.DrawFn, *, is_async: bool, depth: int, least: int = 0) -> Series:
    kinds = ["call", "fork"] if depth else ["call"]
    if not is_async and depth:
        kinds += ["loop"]
    items: list[Call | Fork | Loop] = []
    for kind in draw(st.lists(st.sampled_from(kinds), min_size=least, max_size=2)):
        if kind == "call":
            items.append(draw(_call(is_async=is_async, depth=depth)))
        elif kind == "fork":
            items.append(draw(_fork(is_async=is_async, depth=depth)))
        else:
            items.append(Loop(draw(_series(is_async=True, depth=depth, least=1))))
    return tuple(items)


@st.composite
def _call(draw: st.DrawFn, *, is_async: bool, depth: int) -> Call:
    nests = depth > 0 and draw(st.integers(0, 3)) == 0
    below = draw(_series(is_async=is_async, depth=depth - 1)) if nests else ()
    return Call(draw(st.sampled_from(["tool", "llm"])), draw(st.sampled_from("abc")), draw(st.integers(1, 2)), below)


@st.composite
def _fork(draw: st.DrawFn, *, is_async: bool, depth: int) -> Fork:
    way = draw(st.sampled_from(ASYNC_WAYS if is_async else SYNC_WAYS))
    inside = is_async and way not in THREADS
    branch = _series(is_async=inside, depth=depth - 1, least=1)
    branches = draw(st.lists(branch, min_size=1, max_size=3))
    acts: list[Act] = []
    joined: set[int] = set()
    for index in range(len(branches)):
        acts.append(Act("spawn", index))
        if way in _ALL_AT_ONCE:
            continue
        for what in draw(st.lists(st.sampled_from(["call", "join"]), max_size=2)):
            if what == "call":
                acts.append(Act("call", call=draw(_call(is_async=is_async, depth=0))))
            else:
                early = draw(st.sampled_from(range(index + 1)))
                if early not in joined:
                    joined.add(early)
                    acts.append(Act("join", early))
    for index in draw(st.permutations(sorted(set(range(len(branches))) - joined))):
        acts.append(Act("join", index))
        if way not in _ALL_AT_ONCE and draw(st.integers(0, 3)) == 0:
            acts.append(Act("call", call=draw(_call(is_async=is_async, depth=0))))
    return Fork(way, tuple(branches), tuple(acts))

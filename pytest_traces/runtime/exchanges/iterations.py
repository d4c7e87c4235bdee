"""Finds the loop in which a program takes items one by one, and the moment when it left the loop."""

from __future__ import annotations

import dis
import inspect
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from types import CodeType, FrameType

_DEEPEST = 30  # calls between a loop and the function that takes items
_LIBRARIES = frozenset(
    {"asyncio", "anyio", "concurrent", "queue", "threading", "multiprocessing", "trio", "uvloop", "pytest_traces"}
)
_RUNNERS = frozenset({"_pytest", "pluggy", "pytest_asyncio", "unittest"})
_SCHEDULERS: list[str] = []
"""Packages that run the steps of programs: a loop around them takes no items."""
_LEAVES = frozenset({"RETURN_VALUE", "RETURN_CONST", "RERAISE", "RAISE_VARARGS", "JUMP_FORWARD", "JUMP_BACKWARD"})
_LEAVES_IN_AWAIT = "JUMP_BACKWARD_NO_INTERRUPT"  # the loop that an `await` is compiled to

Position = tuple[int | None, int | None, int | None, int | None]
Loop = frozenset[Position]
"""The source positions of all instructions of a loop."""


@dataclass(frozen=True)
class Iteration:
    """A loop while it runs: its frame, and the positions of its code."""

    frame: FrameType
    """Held while the loop goes on: the next call of the same function may get the address of a frame that is gone."""
    loop: Loop

    def goes_on(self, frame: FrameType | None) -> bool:
        """Return whether code in a frame, or called from it, is still inside the loop."""
        for _ in range(10 * _DEEPEST):
            if frame is None:
                return False
            if frame is self.frame:
                return _position(frame) in self.loop
            frame = frame.f_back
        return True  # too deep to decide


Surroundings = Mapping[int, tuple[CodeType, int]]
"""The code and the instruction of each call around a recording when it began, by the address of its frame.

Loops around those are not the program's. The frames are not held: each would keep its locals while the test runs.
"""


def surroundings() -> Surroundings:
    """Return the running calls."""
    found = {}
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        found[id(frame)] = frame.f_code, frame.f_lasti
        frame = frame.f_back
    return found


def iteration(frame: FrameType | None, around: Surroundings) -> Iteration | None:
    """Find the innermost loop of the program around a call; `None` if the call is not repeated."""
    for _ in range(_DEEPEST):
        package = None if frame is None else _package(frame)
        if frame is None or package in _RUNNERS or package in _SCHEDULERS:
            return None
        is_generator = frame.f_code.co_flags & (inspect.CO_GENERATOR | inspect.CO_ASYNC_GENERATOR)
        if not is_generator and package not in _LIBRARIES:
            found = _running_loops(frame, around)
            if found:
                return Iteration(frame, min(found, key=len))
        frame = frame.f_back
    return None


def runs_programs(package: str) -> Callable[[], None]:
    """Register a package that runs the steps of programs; return a function that undoes this."""
    _SCHEDULERS.append(package)
    return partial(_SCHEDULERS.remove, package)


def is_scheduler(frame: FrameType) -> bool:
    """Return whether a frame runs code of such a package."""
    return _package(frame) in _SCHEDULERS


def _running_loops(frame: FrameType, around: Surroundings) -> list[Loop]:
    inside = loops(frame.f_code)
    if not inside:  # most functions have no loop
        return []
    position = _position(frame)
    found = [loop for loop in inside if position in loop]
    code, opened_at = around.get(id(frame), (None, 0))
    if code is not frame.f_code:
        return found
    return [loop for loop in found if _positions(frame.f_code)[opened_at // 2] not in loop]


def _package(frame: FrameType) -> str:
    return str(frame.f_globals.get("__name__", "")).partition(".")[0]


def _position(frame: FrameType) -> Position:
    return _positions(frame.f_code)[frame.f_lasti // 2]


@lru_cache(maxsize=500)
def _positions(code: CodeType) -> tuple[Position, ...]:
    return tuple(code.co_positions())


@lru_cache(maxsize=500)
def loops(code: CodeType) -> tuple[Loop, ...]:
    """Return the loops of a function, by source position: a condition may be compiled twice."""
    before: dict[int, list[int]] = {}
    latches: dict[int, list[int]] = {}
    positions = _positions(code)
    for offset, following in _steps(code):
        before.setdefault(following, []).append(offset)
    for instruction in dis.get_instructions(code):
        if "JUMP_BACKWARD" in instruction.opname and instruction.opname != _LEAVES_IN_AWAIT:
            latches.setdefault(instruction.argval, []).append(instruction.offset)
    found = []
    for head, ends in latches.items():
        inside, left = {head}, ends
        while left:
            offset = left.pop()
            if offset not in inside:
                inside.add(offset)
                left.extend(before.get(offset, ()))
        if 0 not in inside:  # else it is a jump out of an exception handler, which is reachable without the head
            found.append(frozenset(positions[offset // 2] for offset in inside))
    return tuple(found)


def _steps(code: CodeType) -> Iterator[tuple[int, int]]:
    """Yield which instruction may follow which, exceptions included."""
    instructions = [one for one in dis.get_instructions(code) if one.opname != "CACHE"]
    for instruction, following in zip(instructions, [*instructions[1:], None], strict=True):
        jumps = instruction.opcode in dis.hasjrel or instruction.opcode in dis.hasjabs
        if jumps:
            yield instruction.offset, instruction.argval
        if following is not None and instruction.opname not in _LEAVES and instruction.opname != _LEAVES_IN_AWAIT:
            yield instruction.offset, following.offset
    for entry in dis._parse_exception_table(code):  # type: ignore[attr-defined]
        for instruction in instructions:
            if entry.start <= instruction.offset < entry.end:
                yield instruction.offset, entry.target

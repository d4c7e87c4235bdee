"""Removes our own frames from tracebacks, so that the failing line is the user's."""

from __future__ import annotations

import ast
import inspect
import linecache
import sys
from collections.abc import Iterator
from itertools import groupby
from types import CodeType, FrameType, TracebackType
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pytest_traces.snapshots.storing.comparison import Call

_OURS = __name__.partition(".")[0]
_BETWEEN = sys.stdlib_module_names | {"_pytest", "deepdiff", "pluggy", "pydantic", "syrupy"}
"""Packages that we call, or that call us: `asyncio.run(...)`, the end of a `with` statement."""
_RELAYS = (f"{_OURS}.runtime.calls.", f"{_OURS}.adapters.")
"""Packages of ours that call the program: exceptions from them are the program's."""


def shorten_phase(item: pytest.Item, call: pytest.CallInfo[None]) -> None:
    """Shorten the traceback of a phase that failed."""
    if call.excinfo is None or item.config.getoption("fulltrace", False):
        return
    error = call.excinfo.value
    if _is_error_of_ours(error) and not _is_raised_below_the_user(error):
        call.excinfo = pytest.ExceptionInfo.from_exception(_raised_at_test(item, error))
    call.excinfo = without_own_frames(call.excinfo)


def shorten_import(collector: pytest.Collector, report: pytest.CollectReport) -> None:
    """Shorten the traceback of a module that failed while it was imported."""
    call = getattr(report, "call", None)
    if call is not None and call.excinfo is not None and _is_any_ours(call.excinfo.value):
        call.excinfo = without_own_frames(call.excinfo)
        shown = collector.repr_failure(call.excinfo)
        report.longrepr = report.longrepr if isinstance(shown, str) else shown


def without_own_frames(excinfo: pytest.ExceptionInfo[BaseException]) -> pytest.ExceptionInfo[BaseException]:
    """Return a failure without the frames of this package, in all its chained and grouped exceptions."""
    if not _is_any_ours(excinfo.value):
        return excinfo
    for error in _told_by(excinfo.value):
        if error.__traceback__ is not None and not _is_defect(error):
            error.__traceback__ = _shortened(error.__traceback__)
    return pytest.ExceptionInfo.from_exception(excinfo.value)


def _raised_at_test(item: pytest.Item, error: BaseException) -> BaseException:
    """Return an error as if the `def` line of a test had raised it: it concerns the test as a whole."""
    function = getattr(item, "function", None)
    code = getattr(inspect.unwrap(function), "__code__", None) if function is not None else None
    return error if code is None else raised_at(_head_of(code), error)  # a doctest has no code


def raised_at(call: Call, error: BaseException) -> BaseException:
    """Return an error with a traceback of one line of the user."""
    error = error.with_traceback(None)
    tree = ast.parse("raise error")
    for node in ast.walk(tree):
        if isinstance(node, (ast.stmt, ast.expr)):  # lines are counted from the first line of the code
            node.lineno, node.end_lineno = (each - call.code.co_firstlineno + 1 for each in (call.line, call.end_line))
            node.col_offset, node.end_col_offset = call.column, call.end_column
    there = compile(tree, call.code.co_filename, "exec")
    there = there.replace(co_name=call.code.co_name, co_firstlineno=call.code.co_firstlineno)
    try:
        exec(there, {"error": error})
    except BaseException as raised:
        step = raised.__traceback__
        return raised.with_traceback(step.tb_next if step is not None else None)
    return error


def _head_of(code: CodeType) -> Call:
    """Return the line of a function's name; the first line of its code may be a decorator."""
    from pytest_traces.snapshots.storing.comparison import Call

    lines = linecache.getlines(code.co_filename)[code.co_firstlineno - 1 :]
    down, line = next((each for each in enumerate(lines) if each[1].lstrip().startswith(("def ", "async "))), (0, ""))
    line_number, column = code.co_firstlineno + down, max(line.find(code.co_name), 0)
    return Call(code, line_number, line_number, column, column + len(code.co_name))


def _told_by(error: BaseException | None) -> Iterator[BaseException]:
    """Yield an error, its group members, and its causes."""
    left, seen = [error], set()
    while left:
        one = left.pop()
        if one is not None and id(one) not in seen:
            seen.add(id(one))
            yield one
            left += [one.__cause__, one.__context__, *getattr(one, "exceptions", ())]


def _is_error_of_ours(error: BaseException) -> bool:
    return _OURS in {cls.__module__ for cls in type(error).__mro__}


def _is_raised_below_the_user(error: BaseException) -> bool:
    """Whether code of the user is in the traceback, not only hooks."""
    frames = (step.tb_frame for step in _steps(error.__traceback__))
    callers = (frame for frame in frames if _package(frame) != _OURS and _package(frame) not in _BETWEEN)
    return any(not frame.f_code.co_name.startswith("pytest_") for frame in callers)


def _is_any_ours(error: BaseException) -> bool:
    return any(_package(step.tb_frame) == _OURS for one in _told_by(error) for step in _steps(one.__traceback__))


def _is_defect(error: BaseException) -> bool:
    """Whether our own code has a defect: a report of it needs the frames.

    A function of ours that raises Python's own errors on purpose hides its frame with `__tracebackhide__`.
    """
    if _is_error_of_ours(error):
        return False
    last: FrameType | None = None
    for frame in (step.tb_frame for step in _steps(error.__traceback__)):
        last = frame if _package(frame) == _OURS else last if _package(frame) in _BETWEEN else None
    if last is None or last.f_globals.get("__name__", "").startswith(_RELAYS):
        return False
    return not last.f_locals.get("__tracebackhide__", False)


def _shortened(traceback: TracebackType) -> TracebackType:
    steps = [*_steps(traceback)]
    kept = _kept([step.tb_frame for step in steps])
    shortened: TracebackType | None = None
    for step, keep in reversed([*zip(steps, kept, strict=True)]):
        if keep:
            shortened = TracebackType(shortened, step.tb_frame, step.tb_lasti, step.tb_lineno)
    return shortened or traceback


def _kept(frames: list[FrameType]) -> list[bool]:
    """Return a traceback without our frames, and without those between them and the code of the user."""
    kept: list[bool] = []
    for is_between, group in groupby(map(_package, frames), lambda name: name == _OURS or name in _BETWEEN):
        names = [*group]
        kept += [not is_between or _OURS not in names] * len(names)
    return kept


def _package(frame: FrameType) -> str:
    return str(frame.f_globals.get("__name__", "")).partition(".")[0]


def _steps(traceback: TracebackType | None) -> Iterator[TracebackType]:
    while traceback is not None:
        yield traceback
        traceback = traceback.tb_next

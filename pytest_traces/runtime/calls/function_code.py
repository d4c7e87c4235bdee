"""Code that calls a watched copy, of the same kind as the code it replaces: every reference to the function runs it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import CodeType, FunctionType
from typing import Any

from pytest_traces.runtime.calls.signatures import kind_of


def copy_of(function: FunctionType) -> FunctionType:
    """Return another function that does the same, whatever becomes of the code of this one."""
    copy = FunctionType(
        function.__code__, function.__globals__, function.__name__, function.__defaults__, function.__closure__
    )
    copy.__kwdefaults__ = function.__kwdefaults__
    copy.__dict__.update(function.__dict__)
    copy.__module__, copy.__qualname__, copy.__doc__ = function.__module__, function.__qualname__, function.__doc__
    return copy


def code_that_calls(watched: object, function: FunctionType) -> CodeType:
    """Return code with the kind, names, file and line of the function's own; `watched.call` gets the arguments."""
    own = function.__code__
    code = _code(kind_of(function), len(own.co_freevars))
    return code.replace(
        co_consts=tuple(watched if constant == _COPY else constant for constant in code.co_consts),
        co_filename=own.co_filename,
        co_firstlineno=own.co_firstlineno,
        co_name=own.co_name,
        co_qualname=own.co_qualname,
    )


@cache
def _code(kind: str, cells: int) -> CodeType:
    """Return compiled code with a closure of so many cells.

    The compiler has to make the closure: if a frame did not load its cells, reading its locals crashes the
    interpreter. pytest reads them in each traceback. The cells have names of their own: a debugger would write
    a cell that is named `args` over the arguments.
    """
    names = ", ".join(f"cell_{number:03}" for number in range(cells))
    scope: dict[str, Any] = {}
    exec(_MAKERS[kind].format(cells=names, loaded=names or None), scope)
    code: CodeType = scope["make"](*range(cells)).__code__
    return code


_COPY = "the watched copy"
"""Placeholder in the code below for the watched copy."""

_MAKERS: Mapping[str, str] = {
    "plain": f"""
def make({{cells}}):
    def plain(*args, **kwargs):
        if False: {{loaded}}
        return {_COPY!r}.call(*args, **kwargs)
    return plain
""",
    "coroutine": f"""
def make({{cells}}):
    async def coroutine(*args, **kwargs):
        if False: {{loaded}}
        return await {_COPY!r}.call(*args, **kwargs)
    return coroutine
""",
    "generator": f"""
def make({{cells}}):
    def generator(*args, **kwargs):
        if False: {{loaded}}
        return (yield from {_COPY!r}.call(*args, **kwargs))
    return generator
""",
    # As in `relaying`, which has a closure of its own.
    "async generator": f"""
def make({{cells}}):
    async def async_generator(*args, **kwargs):
        if False: {{loaded}}
        source = {_COPY!r}.call(*args, **kwargs)
        advance = source.asend(None)
        while True:
            try:
                piece = await advance
            except StopAsyncIteration:
                return
            try:
                advance = source.asend((yield piece))
            except GeneratorExit:
                await source.aclose()
                raise
            except BaseException as error:
                advance = source.athrow(error)
    return async_generator
""",
}

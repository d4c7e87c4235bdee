"""One wrapper for the four kinds of functions: a wrapped function is of the kind it was.

`open` makes a `Step` before each call. The wrapper asks whether the test acts in place of the function. It runs the
function inside the step and passes each piece to the step. It ends the step with the result or the exception, which
passes unchanged.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any

from pytest_traces.runtime.calls.awaitables import comes_later, end_later
from pytest_traces.runtime.calls.generators import follow, followed, relaying
from pytest_traces.runtime.calls.signatures import kind_of
from pytest_traces.runtime.calls.step import Function, Open, Step


def around(function: Function, open: Open) -> Function:
    """Return a function of the same kind that runs each call inside the step that `open` returns.

    A call for which `open` returns `None` runs unchanged.
    """
    return functools.wraps(function)(_WRAPPERS[kind_of(function)](function, open))


def _begin(step: Step, function: Function, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Any:
    return (step.instead(function) or function)(*args, **kwargs)


def _plain(function: Function, open: Open) -> Function:
    def call(*args: Any, **kwargs: Any) -> Any:
        step = open(args, kwargs)
        if step is None:
            return function(*args, **kwargs)
        try:
            result = _begin(step, function, args, kwargs)
            if comes_later(result):
                return end_later(step, result)
            step.end(result)
        except BaseException as error:
            step.fail(error)
            raise
        return result

    return call


def _coroutine(function: Function, open: Open) -> Function:
    async def call(*args: Any, **kwargs: Any) -> Any:
        step = open(args, kwargs)
        if step is None:
            return await function(*args, **kwargs)
        try:
            result = await _begin(step, function, args, kwargs)
            step.end(result)
        except BaseException as error:
            step.fail(error)
            raise
        return result

    return call


def _generator(function: Function, open: Open) -> Function:
    def call(*args: Any, **kwargs: Any) -> Any:
        source = function(*args, **kwargs)  # wrong arguments raise here, before a span starts
        step = open(args, kwargs)
        if step is not None:
            source = follow(step, _acted(step, function, source, (args, kwargs)))
        return (yield from source)

    return call


def _async_generator(function: Function, open: Open) -> Function:
    def make(*args: Any, **kwargs: Any) -> Any:
        source = function(*args, **kwargs)
        step = open(args, kwargs)
        return source if step is None else followed(step, _acted(step, function, source, (args, kwargs)))

    return relaying(make)


def _acted(step: Step, function: Function, source: Any, given: tuple[tuple[Any, ...], Mapping[str, Any]]) -> Any:
    """Return the generator, or the one that the test puts in its place."""
    args, kwargs = given
    try:
        act = step.instead(function)
        return source if act is None else act(*args, **kwargs)
    except BaseException as error:
        step.fail(error)
        raise


_WRAPPERS = {
    "plain": _plain,
    "coroutine": _coroutine,
    "generator": _generator,
    "async generator": _async_generator,
}

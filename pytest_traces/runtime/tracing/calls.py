"""Calls of decorated functions: what went in, what came out, piece by piece where they stream."""

from __future__ import annotations

import inspect
from collections.abc import AsyncGenerator, Callable, Generator, Mapping
from functools import partial
from typing import Any

from pytest_traces.errors import TracesError
from pytest_traces.runtime.streams.folding import Folding
from pytest_traces.runtime.tracing.handle import SpanHandle
from pytest_traces.runtime.tracing.run_context import RunContext

Arguments = Callable[[tuple[Any, ...], Mapping[str, Any]], dict[str, Any]]


def reader_of_arguments(function: Callable[..., Any]) -> Arguments:
    """Return what names the arguments of a call, as in `{"city": "Paris"}`; `self` and `cls` are left out."""
    try:
        signature = inspect.signature(function)
    except ValueError:  # some of what is written in C has none
        return lambda args, kwargs: {"args": list(args), **kwargs}
    spread = next((one.name for one in signature.parameters.values() if one.kind is one.VAR_KEYWORD), None)

    def read(args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> dict[str, Any]:
        try:
            named = signature.bind(*args, **kwargs).arguments
        except TypeError:  # the call itself will say so
            return dict(kwargs)
        more = named.pop(spread, {}) if spread is not None else {}
        for own in ("self", "cls"):
            named.pop(own, None)
        return {**named, **more}

    return read


def name_of(function: Any) -> str:
    """Return the name of what can be called; partial functions and callable objects have none of their own."""
    named: str | None = getattr(function, "__name__", None)
    if named is None and isinstance(function, partial):
        return name_of(function.func)
    return type(function).__name__ if named is None else named


def coded(function: Any) -> Any:
    """Return the function that tells what kind of call this is: an object's is its `__call__`."""
    is_object = not inspect.isroutine(function) and not isinstance(function, type | partial)
    return type(function).__call__ if is_object else function


def decorated(made: Any, decorator: str, decorate: Callable[[Any], Any]) -> Any:
    """Decorate a function, also inside a `classmethod` or a `staticmethod`; refuse what can't be called."""
    if isinstance(made, classmethod | staticmethod):
        return type(made)(decorated(made.__func__, decorator, decorate))
    if not callable(made):
        raise TracesError(f"@{decorator} decorates functions, got {made!r}; put it below other decorators")
    wrapper = decorate(made)
    if not hasattr(made, "__name__"):
        wrapper.__name__ = wrapper.__qualname__ = name_of(made)
    return wrapper


def relay(handle: SpanHandle, source: Generator[Any, Any, Any], captured: bool = True) -> Generator[Any, Any, Any]:
    """Pass on the pieces of a generator; its code runs inside the span, the consumer's does not."""
    pieces = _Pieces(handle, captured)
    advance = partial(next, source)
    with handle:
        try:
            while True:
                piece = advance()
                pieces.tell(piece)
                handle.step_out()
                try:
                    advance = partial(source.send, (yield piece))
                except GeneratorExit:
                    pieces.finish()
                    raise
                except BaseException as error:
                    advance = partial(source.throw, error)
                finally:
                    handle.step_in()
        except StopIteration as done:
            pieces.finish(done.value)
            return done.value
        finally:
            source.close()


async def relay_async(
    handle: SpanHandle, source: AsyncGenerator[Any, Any], captured: bool = True
) -> AsyncGenerator[Any, Any]:
    """Pass on the pieces of an async generator; its code runs inside the span, the consumer's does not."""
    pieces = _Pieces(handle, captured)
    advance = partial(source.asend, None)
    with handle:
        try:
            while True:
                piece = await advance()
                pieces.tell(piece)
                handle.step_out()
                try:
                    advance = partial(source.asend, (yield piece))
                except GeneratorExit:
                    pieces.finish()
                    raise
                except BaseException as error:
                    advance = partial(source.athrow, error)
                finally:
                    handle.step_in()
        except StopAsyncIteration:
            pieces.finish()
        finally:
            await source.aclose()


class _Pieces:
    """What a generator gave so far."""

    def __init__(self, handle: SpanHandle, captured: bool) -> None:
        self._handle = handle
        self._folding = Folding(RunContext(handle)) if captured else None

    def tell(self, piece: Any) -> None:
        said = None if self._folding is None else self._folding.add(piece)
        if said is not None:
            self._handle.recorder.emit(self._handle, "chunk", said)

    def finish(self, returned: Any = None) -> None:
        if self._folding is not None:
            self._handle.record_output(self._folding.result() if returned is None else returned)

"""Calls of models of any class, whole and streamed: of providers, of the program, and test doubles."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from typing import Any

from pytest_traces.adapters.pydantic_ai import messages
from pytest_traces.adapters.pydantic_ai.acting import reply, streamed
from pytest_traces.adapters.pydantic_ai.turns import take_turn
from pytest_traces.adapters.toolkit.source import Arguments, Source
from pytest_traces.adapters.toolkit.span import OpenSpan
from pytest_traces.runtime.calls.stand_ins import stand_in
from pytest_traces.runtime.effects import Effect


def watch_request(source: Source, request: Callable[..., Any]) -> Callable[..., Any]:
    """Put a span around `request`."""

    def opened(args: Arguments, kwargs: Mapping[str, Any]) -> OpenSpan:
        return _start(source, args[0], *args[1:], **kwargs)

    return source.around(request, opened, _end, native=reply)


def watch_stream(source: Source, request_stream: Callable[..., Any]) -> Callable[..., Any]:
    """Put a span around the context of `request_stream`."""

    def watched(model: Any, *args: Any, **kwargs: Any) -> Any:
        return _Stream(source, request_stream(model, *args, **kwargs), model, asked=(args, kwargs))

    return watched


def watch_embed(source: Source, embed: Callable[..., Any]) -> Callable[..., Any]:
    """Put a span around `embed`."""

    def opened(args: Arguments, kwargs: Mapping[str, Any]) -> OpenSpan:
        model = args[0]
        span = source.start(model.model_name, "embedding")
        span.update(model=messages.model_name(model.system, model.model_name), input=args[1] if args[1:] else None)
        return span

    return source.around(embed, opened, _end_embedding)


def _start(source: Source, model: Any, *given: Any, **named: Any) -> OpenSpan:
    asked, settings, parameters = (*given, None, None, None)[:3]
    above = source.current()
    if above.state is model:  # the method calls the base method: one call
        return source.silent
    span = source.start(model.model_name, "llm")
    if span:
        span.state = model
        take_turn(span, above, "model", alone=True)
        span.update(
            model=messages.model_name(model.system, model.model_name),
            input=messages.conversation(named.get("messages", asked)),
            attributes=messages.request_attributes(
                named.get("model_settings", settings), named.get("model_request_parameters", parameters)
            ),
        )
    return span


def _end(span: OpenSpan, response: Any) -> None:
    if span.record is not None:
        model = span.record.model or span.record.name
        span.end(output=messages.answer(response.parts), own_usage=messages.usage(model, response.usage))


def _end_embedding(span: OpenSpan, result: Any) -> None:
    if span.record is not None:
        model = span.record.model or span.record.name
        sizes = [len(vector) for vector in result.embeddings]
        told = {"vectors": len(sizes), "dimensions": sizes[0] if sizes else 0}
        span.end(output=told, own_usage=messages.usage(model, result.usage))


class _Stream(AbstractAsyncContextManager[Any]):
    """The context manager of one streamed call, with a span around the code of the model."""

    def __init__(self, source: Source, manager: Any, model: Any, *, asked: tuple[Arguments, Mapping[str, Any]]) -> None:
        self._source = source
        self._manager = manager
        self._model = model
        self._asked = asked
        self._span = source.silent
        self._response: Any = None
        self._is_complete = False
        self._is_entered = False

    async def __aenter__(self) -> Any:
        args, kwargs = self._asked
        with self._source.guard():
            self._span = _start(self._source, self._model, *args, **kwargs)
        self._span.enter()
        try:
            self._response = await self._begin()()
        except BaseException as error:
            self._span.fail(error)
            raise
        self._span.leave()
        if self._span:
            pieces = self._response._get_event_iterator
            self._response._get_event_iterator = lambda: self._followed(pieces())
        return self._response

    async def __aexit__(self, kind: Any, error: Any, trace: Any) -> Any:
        try:
            return await self._manager.__aexit__(kind, error, trace) if self._is_entered else None
        finally:
            self._end()

    def _begin(self) -> Callable[[], Any]:
        """Return the function that begins the stream: of the model, or of an act of the test."""
        args, kwargs = self._asked

        async def enter() -> Any:
            self._is_entered = True
            return await self._manager.__aenter__()

        def native(effect: Effect, value: Any, *_: Any) -> Any:
            return streamed(effect, value, (self._model, *args), kwargs)

        record = self._span.record
        return enter if record is None else stand_in(record, enter, native) or enter

    async def _followed(self, pieces: AsyncIterator[Any]) -> AsyncIterator[Any]:
        """Pass on the events of a stream; only the code of the model runs inside the span."""
        while True:
            self._span.enter()
            try:
                event = await anext(pieces)
            except StopAsyncIteration:
                self._is_complete = True
                return
            except BaseException as error:
                self._span.fail(error)
                raise
            finally:
                self._span.leave()
            with self._span.guard():
                for piece in messages.pieces(event):
                    self._span.chunk(piece)
            yield event

    def _end(self) -> None:
        record = self._span.record
        if record is None or record.ended is not None:
            return
        with self._span.guard():
            response = self._response.get()
            if self._is_complete:
                _end(self._span, response)
            else:  # the usage so far is not the usage of the whole call
                self._span.end("cancelled", output=messages.answer(response.parts))

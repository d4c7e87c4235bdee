"""Runs of agents: their spans, attempts to get an output, and the calls that a run leaves to the program."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from functools import wraps
from typing import Any

from pytest_traces.adapters.pydantic_ai.deferred import show_deferred
from pytest_traces.adapters.pydantic_ai.messages import fault, prompt
from pytest_traces.adapters.pydantic_ai.turns import Turns
from pytest_traces.adapters.toolkit.source import Source
from pytest_traces.adapters.toolkit.span import OpenSpan


def watch_iter(source: Source, iterate: Callable[..., Any]) -> Callable[..., Any]:
    """Put a span around the run that `Agent.iter` opens: every way to run an agent goes through it."""

    def watched(agent: Any, *args: Any, **options: Any) -> Any:
        manager = iterate(agent, *args, **options)
        asked = args[0] if args else options.get("user_prompt")
        return _Run(source, manager, agent, asked, metadata=options.get("metadata"))

    return watched


class _Run(AbstractAsyncContextManager[Any]):
    """The context manager of one run, with a span around it."""

    def __init__(self, source: Source, manager: Any, agent: Any, asked: Any, *, metadata: Any) -> None:
        self._source = source
        self._agent = agent
        self._asked = asked
        self._metadata = metadata
        self._manager = manager
        self._span = source.silent
        self._run: Any = None

    async def __aenter__(self) -> Any:
        with self._source.guard():
            self._start()
        try:
            self._run = await self._manager.__aenter__()
        except BaseException as error:
            self._span.fail(error)
            raise
        return self._run

    async def __aexit__(self, kind: Any, error: Any, trace: Any) -> Any:
        try:
            suppressed = await self._manager.__aexit__(kind, error, trace)
        except BaseException as raised:
            self._span.fail(raised)
            raise
        self._end(None if suppressed else error)
        return suppressed

    def _start(self) -> None:
        span = self._span = self._source.start(self._agent.name or "agent", "agent")
        if span:
            told = {"metadata": self._metadata} if isinstance(self._metadata, dict) else {}
            span.update(input=prompt(self._asked), **told)
            span.state = Turns()
            span.enter()

    def _end(self, error: BaseException | None) -> None:
        if error is not None:
            self._span.fail(error)
        elif self._span:
            with self._span.guard():
                result = self._run.result
                output = getattr(result, "output", None)
                show_deferred(self._source, self._span, output)
                self._span.end("cancelled" if result is None else "success", output=output)


def ask_again(agent: OpenSpan, refused: BaseException | None) -> None:
    """Record a refused output of an agent as a failed attempt: its model is asked again."""
    if isinstance(agent.state, Turns):
        with agent.guard():
            agent.retry({} if refused is None else fault(refused))


def watch_output_retry(source: Source, consume: Callable[..., Any]) -> Callable[..., Any]:
    """Record an output that validators of the program refuse."""

    @wraps(consume)
    def watched(state: Any, *args: Any, **options: Any) -> Any:
        consumed = consume(state, *args, **options)  # raises if there is no further attempt
        ask_again(source.current(), options.get("error"))
        return consumed

    return watched

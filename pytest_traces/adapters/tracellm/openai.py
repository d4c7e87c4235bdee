"""Calls through `wrap_openai` and `TraceOpenAI`: TraceLLM stores a trace of each, the span is a model call."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tracellm.integrations import openai

from pytest_traces.adapters.toolkit.patches import Patches
from pytest_traces.adapters.toolkit.source import Source
from pytest_traces.adapters.toolkit.span import OpenSpan
from pytest_traces.conventions.units import OPENAI, count_usage
from pytest_traces.model.consumption.usage import Usage


def watch_openai(made: Patches, source: Source) -> None:
    """Record every call: TraceLLM makes it a generator, streamed or not, which begins when it is read."""

    def opened(args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> OpenSpan:
        options = args[1]
        name = "openai_chat_stream" if options.get("stream") else "openai_chat"
        span = source.start(name, "llm", input=options.get("messages"), model=options.get("model"))
        span.state = []  # the texts of a stream
        return span

    made.wrap(openai, "_traced_chat_completion", lambda call: source.around(call, opened, _end, _read))


def _read(span: OpenSpan, chunk: Any) -> None:
    piece = chunk.choices[0].delta.content if chunk.choices else None
    if piece:
        span.state.append(piece)
        span.chunk(piece)
    usage = _usage(span, chunk)
    if usage is not None:
        span.update(own_usage=usage)


def _end(span: OpenSpan, answer: Any) -> None:
    if answer is None:
        span.end(output="".join(span.state))
        return
    text = answer.choices[0].message.content if answer.choices else None
    usage = _usage(span, answer)
    span.end(output=text, **({} if usage is None else {"own_usage": usage}))


def _usage(span: OpenSpan, answer: Any) -> Usage | None:
    usage = getattr(answer, "usage", None)
    counted = None if usage is None else count_usage(OPENAI, usage.model_dump())
    model = None if span.record is None else span.record.model
    return None if counted is None else Usage(by_model={model or "unknown": counted})

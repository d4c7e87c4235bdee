"""Calls through `wrap_openai` and `TraceOpenAI`: TraceLLM stores a trace for each, here it is a model call."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from typing import Any

from tracellm.integrations import openai

from pytest_traces.adapters.toolkit.patches import Patches
from pytest_traces.model.event_types import CHUNK
from pytest_traces.model.model_usage import ModelUsage
from pytest_traces.model.usage import Usage
from pytest_traces.runtime.recording.entering import step_in, step_out
from pytest_traces.runtime.recording.place import Place, here
from pytest_traces.runtime.recording.recorder import Record

Chunks = Generator[Any, None, Any]


def watch_openai(made: Patches) -> None:
    """Follow every call; TraceLLM makes a generator of it, streamed or not, that begins when it is read."""

    def _traced_chat_completion(client: Any, options: Mapping[str, Any], create: Any) -> Chunks:
        inner = chat(client, options, create)
        place = here()
        return inner if place is None else _Reading(options, place).follow(inner)

    chat = made.swap(openai, "_traced_chat_completion", _traced_chat_completion)


class _Reading:
    """Reads one answer, whole or in pieces."""

    def __init__(self, options: Mapping[str, Any], place: Place) -> None:
        self._options = options
        self._place = place
        self._record: Record | None = None
        self._text: list[str] = []

    def follow(self, inner: Chunks) -> Chunks:
        """Give what the answer gives, with a span around the reading."""
        self._start()
        try:
            while True:
                chunk = self._next(inner)
                if inner.gi_frame is None:  # type: ignore[attr-defined]
                    return chunk
                self._note(chunk)
                yield chunk
        except BaseException as error:
            if self._record is not None:
                self._record.fail(error)
            raise
        finally:
            inner.close()

    def _next(self, inner: Chunks) -> Any:
        """Read on inside the span: what the SDK itself records stands below it."""
        if self._record is None:
            return _advance(inner)
        before = step_in(self._record)
        try:
            answer = _advance(inner)
        finally:
            step_out(self._record, before)
        if inner.gi_frame is None:  # type: ignore[attr-defined]
            self._end(answer)
        return answer

    def _start(self) -> None:
        place = here() or self._place
        with place.recorder.guard("tracellm"):
            name = "openai_chat_stream" if self._options.get("stream") else "openai_chat"
            record = place.recorder.start(name, "llm", place=place)
            record.source = "tracellm"
            record.set(input=self._options.get("messages"), model=self._options.get("model"))
            self._record = record

    def _note(self, chunk: Any) -> None:
        record = self._record
        if record is None:
            return
        with record.recorder.guard("tracellm"):
            piece = chunk.choices[0].delta.content if chunk.choices else None
            if piece:
                self._text.append(piece)
                record.recorder.emit(record, CHUNK, piece)
            record.set(own_usage=_usage(chunk, record.model) or record.own_usage)

    def _end(self, answer: Any) -> None:
        record = self._record
        assert record is not None, "unreachable because only a span that began ends"
        with record.recorder.guard("tracellm"):
            if answer is None:
                record.end(output="".join(self._text))
            else:
                text = answer.choices[0].message.content if answer.choices else None
                record.end(output=text, own_usage=_usage(answer, record.model))


def _advance(inner: Chunks) -> Any:
    try:
        return next(inner)
    except StopIteration as stop:
        return stop.value


def _usage(answer: Any, model: str | None) -> Usage | None:
    said = getattr(answer, "usage", None)
    if said is None:
        return None
    read, written = said.prompt_tokens_details, said.completion_tokens_details
    used = ModelUsage(
        input_tokens=said.prompt_tokens,
        output_tokens=said.completion_tokens,
        cached_input_tokens=read and read.cached_tokens,
        reasoning_tokens=written and written.reasoning_tokens,
        requests=1,
    )
    return Usage(by_model={model or "unknown": used})

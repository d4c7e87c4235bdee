"""Turns the callbacks of a run into its span."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID
from weakref import WeakKeyDictionary

from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.outputs import LLMResult

from pytest_traces.adapters.langchain import values
from pytest_traces.adapters.langchain.batches import enter_alone
from pytest_traces.adapters.langchain.cancellations import note_started
from pytest_traces.adapters.langchain.graphs.endings import close_chain_with, visible
from pytest_traces.adapters.langchain.graphs.supersteps import declare_superstep
from pytest_traces.adapters.langchain.kinds import Kind, kind_of_chain, make_visible_graph
from pytest_traces.adapters.langchain.streams import note_begun
from pytest_traces.adapters.toolkit.source import Source
from pytest_traces.adapters.toolkit.span import OpenSpan
from pytest_traces.adapters.toolkit.turns import declare_turn


class Callbacks(BaseCallbackHandler):  # type: ignore[misc]  # its types are LangChain's to check
    """One handler for all runs; the id of a run identifies its span."""

    run_inline = True
    """The callbacks of an asynchronous run come in its own task, in order."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._latest: WeakKeyDictionary[OpenSpan, OpenSpan] = WeakKeyDictionary()
        """The span that began last inside a span."""

    def on_chain_start(
        self, serialized: Any, inputs: Any, *, run_id: UUID, parent_run_id: UUID | None = None, **about: Any
    ) -> None:
        """Start the span of an agent, a graph, a node or a chain."""
        above = self._find(parent_run_id)
        kind = kind_of_chain(about, above)
        span = self._start(kind, run_id, parent_run_id, about)
        if span:
            if kind.is_node:
                make_visible_graph(above, kind)
                declare_superstep(span, above, about.get("metadata") or {})
            span.update(input=values.state(inputs))

    def on_chain_end(self, outputs: Any, *, run_id: UUID, **about: Any) -> None:
        """End the span with its output."""
        span = self._find(run_id)
        if span:
            span.end(output=values.state(outputs))

    def on_chain_error(self, error: BaseException, *, run_id: UUID, **about: Any) -> None:
        """End the span with an exception, unless LangGraph raised it to control the graph."""
        close_chain_with(self._find(run_id), error)

    def on_chat_model_start(
        self,
        serialized: Any,
        messages: Sequence[Sequence[Any]],
        *,
        run_id: UUID,
        parent_run_id: UUID | None = None,
        **about: Any,
    ) -> None:
        """Start the span of a chat model."""
        self._start_model(serialized, lambda: values.conversation(messages), run_id, parent_run_id, about=about)

    def on_llm_start(
        self, serialized: Any, prompts: list[str], *, run_id: UUID, parent_run_id: UUID | None = None, **about: Any
    ) -> None:
        """Start the span of a model that completes text."""
        self._start_model(serialized, lambda: values.single(prompts), run_id, parent_run_id, about=about)

    def on_llm_new_token(self, token: Any, *, chunk: Any = None, run_id: UUID, **about: Any) -> None:
        """Record a piece; the consumer's code between two pieces runs outside the span."""
        span = self._find(run_id)
        if span:
            span.leave()
            piece = token or values.piece(chunk)
            if piece:
                span.chunk(piece)

    def on_llm_end(self, response: LLMResult, *, run_id: UUID, **about: Any) -> None:
        """End the span with the message, the tokens and the model of the answer."""
        span = self._find(run_id)
        if span.record is not None:
            with span.guard():
                span.update(**values.answered(response, span.record.model))
            span.end()

    def on_llm_error(self, error: BaseException, *, run_id: UUID, **about: Any) -> None:
        """End the span with an exception."""
        self._find(run_id).fail(error)

    def on_tool_start(
        self, serialized: Any, input_str: str, *, run_id: UUID, parent_run_id: UUID | None = None, **about: Any
    ) -> None:
        """Start the span of a tool call."""
        name = about.get("name") or (serialized or {}).get("name") or "tool"
        span = self._start(Kind(name, "tool"), run_id, parent_run_id, about)
        if span:
            given = about.get("inputs")
            span.update(input=input_str if given is None else values.arguments(given))
            if about.get("tool_call_id"):
                span.update(attributes={"tool_call_id": about["tool_call_id"]})

    def on_tool_end(self, output: Any, *, run_id: UUID, **about: Any) -> None:
        """End the span with the output; a message of status `error` is a failure that the tool handled."""
        span = self._find(run_id)
        if span:
            failure = values.handled_failure(output)
            if failure is None:
                span.end(output=values.returned(output))
            else:
                span.end("error", error=failure)

    def on_tool_error(self, error: BaseException, *, run_id: UUID, **about: Any) -> None:
        """End the span with an exception, unless LangGraph raised it to control the graph."""
        close_chain_with(self._find(run_id), error)

    def on_retriever_start(
        self, serialized: Any, query: str, *, run_id: UUID, parent_run_id: UUID | None = None, **about: Any
    ) -> None:
        """Start the span of a retrieval."""
        name = about.get("name") or values.class_name(serialized) or "retriever"
        span = self._start(Kind(name, "retrieval"), run_id, parent_run_id, about)
        if span:
            span.update(input=query)
            span.enter()

    def on_retriever_end(self, documents: Sequence[Any], *, run_id: UUID, **about: Any) -> None:
        """End the span with its documents."""
        span = self._find(run_id)
        if span:
            span.end(output=[values.document(one) for one in documents])

    def on_retriever_error(self, error: BaseException, *, run_id: UUID, **about: Any) -> None:
        """End the span with an exception."""
        self._find(run_id).fail(error)

    def on_custom_event(self, name: str, data: Any, *, run_id: UUID, **about: Any) -> None:
        """Record an event that the program dispatched."""
        visible(self._find(run_id)).event(name, data)

    def _start_model(
        self, serialized: Any, read: Any, run_id: UUID, parent_run_id: UUID | None, *, about: dict[str, Any]
    ) -> None:
        model = (about.get("metadata") or {}).get("ls_model_name")
        name = about.get("name") or model or values.class_name(serialized) or "llm"
        span = self._start(Kind(name, "llm"), run_id, parent_run_id, about)
        if span:
            span.update(input=read(), model=model)
            tools = (about.get("invocation_params") or {}).get("tools")
            if tools:
                span.update(attributes={"tools": tools})
            enter_alone(span, about)

    def _start(self, kind: Kind, run_id: UUID, parent_run_id: UUID | None, about: dict[str, Any]) -> OpenSpan:
        span = self._source.start(
            kind.name,
            kind.type,
            key=str(run_id),
            parent=None if parent_run_id is None else str(parent_run_id),
            machinery=kind.is_machinery,
        )
        if span:
            if kind.type in ("llm", "tool"):
                declare_turn(span)
            self._declare_attempt(span, self._find(parent_run_id), about.get("tags") or ())
            if kind.type in ("llm", "tool", "retrieval"):
                note_started(span)
            note_begun(span)
            span.update(tags=values.own_tags(about.get("tags")), metadata=values.own_metadata(about.get("metadata")))
        return span

    def _find(self, run_id: UUID | None) -> OpenSpan:
        return self._source.find(None if run_id is None else str(run_id))

    def _declare_attempt(self, span: OpenSpan, above: OpenSpan, tags: Sequence[str]) -> None:
        """Declare a further attempt of `with_retry`, which LangChain tags."""
        if any(tag.startswith("retry:attempt:") for tag in tags):
            span.repeat(self._latest.get(above, self._source.silent))
        if above:
            self._latest[above] = span

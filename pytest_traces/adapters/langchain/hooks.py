"""The hooks of LangChain and LangGraph."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from langchain_core.tracers import context

from pytest_traces.adapters.langchain import acting
from pytest_traces.adapters.langchain.batches import inside_its_span
from pytest_traces.adapters.langchain.callbacks import Callbacks
from pytest_traces.adapters.langchain.cancellations import watch_cancellations
from pytest_traces.adapters.langchain.values import RAW_OUTPUTS
from pytest_traces.adapters.toolkit.patches import Patches
from pytest_traces.adapters.toolkit.source import Source
from pytest_traces.adapters.toolkit.subclasses import watch_subclasses
from pytest_traces.runtime.exchanges.iterations import runs_programs
from pytest_traces.runtime.recording.context import OUTSIDE, here
from pytest_traces.runtime.recording.entering import step_in


def watch_callbacks(made: Patches, source: Source) -> None:
    """Receive the callbacks of every run, in every thread and context, while a test records."""
    entry = (_WhileRecording(Callbacks(source)), True, None, None)
    context._configure_hooks.append(entry)  # LangChain calls only `get` of the variable
    made.undone_by(lambda: context._configure_hooks.remove(entry))


class _WhileRecording:
    """Returns the handler if the running code is recorded; other runs stay unchanged."""

    def __init__(self, callbacks: Callbacks) -> None:
        self._callbacks = callbacks

    def get(self) -> Callbacks | None:
        """Return the handler, as the replaced context variable would."""
        if here() is not None:
            return self._callbacks
        OUTSIDE.note("langchain")
        return None


def watch_contexts(made: Patches, source: Source) -> None:
    """Run the code of a chain, a tool or a node inside its span: spans of its calls are then below it."""
    from langchain_core.runnables import config

    made.wrap(config, "_set_config_context", lambda function: _entering(function, source))


def watch_graph_contexts(made: Patches, source: Source) -> None:
    """Do the same as `watch_contexts` for LangGraph's copy of the function."""
    from langgraph._internal import _runnable

    made.wrap(_runnable, "_set_config_context", lambda function: _entering(function, source))
    made.undone_by(runs_programs("langgraph"))  # LangGraph waits for nodes in races


def _entering(set_context: Callable[..., Any], source: Source) -> Callable[..., Any]:
    def _set_config_context(config: Any, *args: Any) -> Any:
        token = set_context(config, *args)
        with source.guard():
            run_id = getattr(config.get("callbacks"), "parent_run_id", None)
            span = source.find(str(run_id)) if run_id is not None else source.silent
            if span.record is not None:
                step_in(span.record)  # the context was copied for this run, so it is not restored
        return token

    return _set_config_context


def watch_tools(made: Patches, source: Source) -> None:
    """Keep the output of a tool, because the callback gets a text only; end the span of a cancelled tool."""
    from langchain_core.tools import base

    def remembering(format_output: Callable[..., Any]) -> Callable[..., Any]:
        def _format_output(content: Any, *args: Any, **kwargs: Any) -> Any:
            output = format_output(content, *args, **kwargs)
            with source.guard():
                RAW_OUTPUTS.keep(output, content, str(args[-1] if args else ""))
            return output

        return _format_output

    made.wrap(base, "_format_output", remembering)
    watch_cancellations(made, base.BaseTool, "run", "arun")
    acting.watch_tools(made, source)


def watch_retrievers(made: Patches, source: Source) -> None:
    """End the span of a cancelled retrieval, and make acts possible on retrievals."""
    from langchain_core.retrievers import BaseRetriever

    watch_cancellations(made, BaseRetriever, "invoke", "ainvoke")
    acting.watch_retrievers(made, source)


def watch_models(made: Patches, source: Source) -> None:
    """End the span of a cancelled chat model, and make acts possible on chat models."""
    from langchain_core.language_models.chat_models import BaseChatModel

    watch_cancellations(made, BaseChatModel, "generate", "agenerate")
    acting.watch_models(made, source)


def watch_text_models(made: Patches, source: Source) -> None:
    """End the span of a cancelled text completion; keep the calls of a batch separate."""
    from langchain_core.language_models.llms import BaseLLM

    watch_cancellations(made, BaseLLM, "generate", "agenerate")
    inside = partial(inside_its_span, source)
    watch_subclasses(made, BaseLLM, {"_generate": inside, "_agenerate": inside})


def watch_retries(made: Patches, source: Source) -> None:
    """Leave `with_retry` out of the tree: it is a run around the attempts, with the same name."""
    from langchain_core.runnables.retry import RunnableRetry

    def noticing(configure: Callable[..., Any]) -> Callable[..., Any]:
        def _patch_config(config: Any, run_manager: Any, *args: Any) -> Any:
            with source.guard():
                around = source.find(str(run_manager.run_id))
                if around.record is not None:
                    around.record.machinery = True
            return configure(config, run_manager, *args)

        return _patch_config

    made.wrap(RunnableRetry, "_patch_config", noticing)

"""Calls of models in one batch: all begin before the first one runs, so each is entered when it runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from pytest_traces.adapters.toolkit.calls import in_a_block
from pytest_traces.adapters.toolkit.source import Source
from pytest_traces.adapters.toolkit.span import OpenSpan
from pytest_traces.runtime.recording.entering import is_in


def enter_alone(span: OpenSpan, about: Mapping[str, Any]) -> None:
    """Enter the span of a model from here on, unless other calls of its batch begin as well."""
    if about.get("batch_size", 1) == 1:
        span.enter()


def inside_its_span(source: Source, function: Callable[..., Any]) -> Callable[..., Any]:
    """Return `_generate` or `_agenerate` of a model, with its code inside the span of its run."""

    @contextmanager
    def entered(kwargs: Mapping[str, Any]) -> Iterator[None]:
        run_id = getattr(kwargs.get("run_manager"), "run_id", None)
        span = source.silent if run_id is None else source.find(str(run_id))
        if span.record is None or is_in(span.record):
            yield
            return
        span.enter()
        try:
            yield
        finally:
            span.leave()

    return in_a_block(entered, function)

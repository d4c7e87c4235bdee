"""Records log records with a name as events of the enclosing span: messages of models, evaluations."""

from __future__ import annotations

import functools
from collections.abc import Callable
from time import time_ns
from typing import Any

from opentelemetry._logs import NoOpLogger

from pytest_traces.adapters.opentelemetry.spans import Spans
from pytest_traces.adapters.toolkit.patches import Patches
from pytest_traces.adapters.toolkit.source import Source
from pytest_traces.conventions.content import SpanEvent
from pytest_traces.runtime.values.plain import plain


def watch(made: Patches, source: Source) -> None:
    """Record log records of loggers without a provider, or with a disabled one."""
    made.wrap(NoOpLogger, "emit", lambda emit: _emitting(emit, Spans(source)))


def watch_sdk(made: Patches, source: Source) -> None:
    """Record log records of the loggers of every provider."""
    from opentelemetry.sdk._logs import Logger

    made.wrap(Logger, "emit", lambda emit: _emitting(emit, Spans(source)))


def _emitting(emit: Callable[..., Any], spans: Spans) -> Callable[..., Any]:
    @functools.wraps(emit)
    def emitted(logger: Any, record: Any = None, **fields: Any) -> Any:
        with spans.source.guard():
            told = fields if record is None else _fields_of(record)
            name = told.get("event_name") or (told.get("attributes") or {}).get("event.name")
            if name:
                t = (told.get("timestamp") or told.get("observed_timestamp") or time_ns()) / 1e6
                attributes = plain(dict(told.get("attributes") or {}))
                spans.log(told.get("context"), SpanEvent(str(name), t, attributes, plain(told.get("body"))))
        return emit(logger, **fields) if record is None else emit(logger, record, **fields)

    return emitted


def _fields_of(record: Any) -> dict[str, Any]:
    """Read a record of the API, or one that the SDK has wrapped."""
    held = getattr(record, "log_record", record)
    names = ("event_name", "attributes", "body", "timestamp", "observed_timestamp", "context")
    return {name: getattr(held, name, None) for name in names}

"""Tracing for programs that use no framework, in tests and in production.

>>> from pytest_traces.runtime import agent_trace, span
>>> with agent_trace(agent_name="weather"):
...     with span(span_type="tool", name="geocode", input={"city": "Paris"}) as step:
...         step.record_output({"lat": 48.85})

In a test everything lands in the `trace` fixture; elsewhere in the providers of `install`, if any.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pytest_traces.runtime.export.install import install as install
    from pytest_traces.runtime.export.local import InMemoryTracingProvider as InMemoryTracingProvider
    from pytest_traces.runtime.export.local import JsonlTracingProvider as JsonlTracingProvider
    from pytest_traces.runtime.export.otlp_http import OtlpTracingProvider as OtlpTracingProvider
    from pytest_traces.runtime.export.provider import TracingProvider as TracingProvider
    from pytest_traces.runtime.streams.collectors.collector import EventCollector as EventCollector
    from pytest_traces.runtime.streams.registry import register_collector as register_collector
    from pytest_traces.runtime.tracing.run_context import RunContext as RunContext
    from pytest_traces.runtime.tracing.run_context import get_run_context as get_run_context
    from pytest_traces.runtime.tracing.spans import agent_trace as agent_trace
    from pytest_traces.runtime.tracing.spans import record_span as record_span
    from pytest_traces.runtime.tracing.spans import span as span
    from pytest_traces.runtime.tracing.threads import run_in_thread as run_in_thread
    from pytest_traces.runtime.tracing.tools import trace_tool as trace_tool
    from pytest_traces.runtime.tracing.trace_stream import TraceStream as TraceStream
    from pytest_traces.runtime.tracing.traced import trace as trace

_HOMES = {
    "EventCollector": "streams.collectors.collector",
    "InMemoryTracingProvider": "export.local",
    "JsonlTracingProvider": "export.local",
    "OtlpTracingProvider": "export.otlp_http",
    "RunContext": "tracing.run_context",
    "TraceStream": "tracing.trace_stream",
    "TracingProvider": "export.provider",
    "agent_trace": "tracing.spans",
    "get_run_context": "tracing.run_context",
    "install": "export.install",
    "record_span": "tracing.spans",
    "register_collector": "streams.registry",
    "run_in_thread": "tracing.threads",
    "span": "tracing.spans",
    "trace": "tracing.traced",
    "trace_tool": "tracing.tools",
}

__all__ = [
    "EventCollector",
    "InMemoryTracingProvider",
    "JsonlTracingProvider",
    "OtlpTracingProvider",
    "RunContext",
    "TraceStream",
    "TracingProvider",
    "agent_trace",
    "get_run_context",
    "install",
    "record_span",
    "register_collector",
    "run_in_thread",
    "span",
    "trace",
    "trace_tool",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = found
    return found

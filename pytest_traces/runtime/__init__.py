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
    from pytest_traces.runtime.collectors.collector import EventCollector as EventCollector
    from pytest_traces.runtime.collectors.collector import register_collector as register_collector
    from pytest_traces.runtime.context import RunContext as RunContext
    from pytest_traces.runtime.context import get_run_context as get_run_context
    from pytest_traces.runtime.lifecycle import trace as trace
    from pytest_traces.runtime.live import TraceStream as TraceStream
    from pytest_traces.runtime.providers import InMemoryTracingProvider as InMemoryTracingProvider
    from pytest_traces.runtime.providers import JsonlTracingProvider as JsonlTracingProvider
    from pytest_traces.runtime.providers import TracingProvider as TracingProvider
    from pytest_traces.runtime.providers import install as install
    from pytest_traces.runtime.sending import OtlpTracingProvider as OtlpTracingProvider
    from pytest_traces.runtime.spans import agent_trace as agent_trace
    from pytest_traces.runtime.spans import record_span as record_span
    from pytest_traces.runtime.spans import span as span
    from pytest_traces.runtime.threads import run_in_thread as run_in_thread
    from pytest_traces.runtime.tools import trace_tool as trace_tool

_HOMES = {
    "EventCollector": "collectors.collector",
    "InMemoryTracingProvider": "providers",
    "JsonlTracingProvider": "providers",
    "OtlpTracingProvider": "sending",
    "RunContext": "context",
    "TraceStream": "live",
    "TracingProvider": "providers",
    "agent_trace": "spans",
    "get_run_context": "context",
    "install": "providers",
    "record_span": "spans",
    "register_collector": "collectors.collector",
    "run_in_thread": "threads",
    "span": "spans",
    "trace": "lifecycle",
    "trace_tool": "tools",
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

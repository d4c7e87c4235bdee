"""What TraceLLM's LangChain handler collected, when it is flushed."""

from __future__ import annotations

from typing import Any

from tracellm.integrations.langchain import TracellmCallbackHandler

from pytest_traces.adapters.toolkit.patches import Patches
from pytest_traces.adapters.tracellm.reported import add_steps
from pytest_traces.model.span import SpanError
from pytest_traces.runtime.recording.place import Place, here


def watch_handler(made: Patches) -> None:
    """Record each trace the handler stores."""

    def flush_trace(handler: Any, *args: Any, **options: Any) -> Any:
        payload = flush(handler, *args, **options)
        place = here()
        if place is not None:
            with place.recorder.guard("tracellm"):
                _report(place, payload, handler.start_dt.timestamp() * 1e3)
        return payload

    flush = made.swap(TracellmCallbackHandler, "flush_trace", flush_trace)


def _report(place: Place, payload: dict[str, Any], t0: float) -> None:
    record = place.recorder.start("langchain", "agent", place=place)
    record.source, record.t0 = "tracellm", t0
    add_steps(record, payload["steps"])
    reason = payload["failure_reason"]
    record.end(
        "error" if payload["status"] == "failed" else "success",
        input=payload["prompt"],
        output=payload["response"],
        error=None if reason is None else SpanError(type="Error", message=reason),
        attributes={"reported": True, "trace_id": payload["trace_id"], "status": payload["status"]},
    )

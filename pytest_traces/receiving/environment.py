"""The environment variables that make a process send its spans to the test, below the call that started it."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import uuid4

_SIGNALS = ("TRACES", "LOGS")
_BATCHES = {"OTEL_BSP_SCHEDULE_DELAY": "50", "OTEL_BLRP_SCHEDULE_DELAY": "50"}
"""Milliseconds after which a process that goes on sends what it has."""


def sending_to(address: str, span_id: str, given: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of a process, with OpenTelemetry's standard variables for the address of its test.

    `span_id` becomes its parent, unless the program hands on a `TRACEPARENT` of its own.
    """
    endpoints = {f"OTEL_EXPORTER_OTLP_{signal}_ENDPOINT": f"{address}/v1/{signal.lower()}" for signal in _SIGNALS}
    protocols = {
        name: "http/protobuf" for name in given if name.startswith("OTEL_EXPORTER_OTLP_") and name.endswith("_PROTOCOL")
    }
    return {
        **_BATCHES,
        "TRACEPARENT": f"00-{uuid4().hex}-{span_id}-01",
        "OTEL_TRACES_EXPORTER": "otlp",
        **given,
        **protocols,
        **endpoints,
        "OTEL_EXPORTER_OTLP_ENDPOINT": address,
        "OTEL_EXPORTER_OTLP_PROTOCOL": "http/protobuf",
        "OTEL_SDK_DISABLED": "false",
    }


def parent_in(environment: Mapping[str, str]) -> str:
    """Return the span id of `TRACEPARENT`; empty if there is none."""
    parts = environment.get("TRACEPARENT", "").split("-")
    return parts[2] if len(parts) == 4 else ""

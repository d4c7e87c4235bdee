"""The types of events that assertions read: the protocol between adapters and assertions.

An adapter emits them with `recorder.emit(record, RETRY, {...})`. Events of any other type are kept, drawn and
compared, but no assertion reads them.
"""

from __future__ import annotations

START = "start"
"""A span started. The harvest makes it from the span; adapters never emit it."""

OUTPUT = "output"
"""A span ended: its input, output, error, status, times and usage. Made from the span, like `START`."""

CHUNK = "chunk"
"""A piece was streamed; the payload is the piece. Makes `assert_first_chunk` and `assert_streams_ended` work."""

RETRY = "retry"
"""An attempt inside the span failed and another one follows: `{"type": ..., "message": ..., "elapsed_ms": ...}`.

Each such event adds an attempt to the span's entry in `trace.retries`. Every key may be missing.
"""

SKIPPED = "skipped"
"""A workflow skipped steps: `{"steps": ["notify", ...]}`.

Read by `assert_no_skips` and `assert_skipped`.
"""

STAGE = "stage"
"""A traced function reached one of the five stages of document 003: `{"stage": ..., ...}`."""

ERROR = "error"
"""An exception that did not end the span: `{"type": ..., "message": ..., "stacktrace": ...}`."""

APPROVAL = "approval"
"""A person or a guard must allow a step; the payload is the framework's."""

UNKNOWN_TOOL = "tool_not_found"
"""Not an event but the `error.type` of a tool span whose tool does not exist; read by `assert_no_unknown_tools`."""

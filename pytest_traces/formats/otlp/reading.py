"""Reads OTLP/JSON, the format of OpenTelemetry collectors and exporters.

It reads every known form of the protocol's JSON: one object, an array or JSON lines; keys in any casing; ids in hex or
base64; enums as numbers or names; 64-bit integers as strings.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from pytest_traces.conventions.content import SpanEvent
from pytest_traces.formats.document import Document, Malformed, list_of
from pytest_traces.formats.spans import ExportedSpan

_SIGNALS = ("resourcespans", "resourcelogs", "resourcemetrics")
_SCOPES = ("scopespans", "instrumentationlibraryspans", "scopelogs")
_TRACE_ID, _SPAN_ID = 16, 8  # bytes
_FAILED = {"2": True, "error": True, "1": False, "ok": False, "0": None, "unset": None, "": None}

Fields = Mapping[str, Any]
"""A JSON object with folded keys."""


def recognises(body: Any) -> bool:
    """Return whether a document is OTLP/JSON."""
    first = body[0] if isinstance(body, list) and body else body
    return isinstance(first, dict) and any(_fold(key) in (*_SIGNALS, *_SCOPES) for key in first)


def read(documents: Sequence[Document]) -> Iterable[ExportedSpan]:
    """Read the spans; a log record that refers to a span becomes its event, metrics are skipped."""
    contents = Contents()
    for line, body in documents:
        try:
            for request in body if isinstance(body, list) else [body]:
                contents.read_request(request, line)
        except Malformed as error:
            error.line = line
            raise
    contents.attach_logs(contents.spans)
    return contents.spans


class Contents:
    """The spans and log records of a file or of requests; a record may stand before or after its span."""

    def __init__(self) -> None:
        self.spans: list[ExportedSpan] = []
        self._logs: dict[tuple[str, str], list[SpanEvent]] = {}

    def read_request(self, request: Any, line: int) -> None:
        """Read one request of an exporter, or one resource of a request."""
        fields = _fields(request, "request")
        if any(key in fields for key in _SCOPES):
            self._read_resource(fields, line)
        elif not any(key in fields for key in _SIGNALS):
            raise Malformed(f"expected 'resourceSpans', found {', '.join(map(repr, request)) or 'nothing'}")
        for signal in ("resourcespans", "resourcelogs"):
            for resource in list_of(fields, signal):
                self._read_resource(_fields(resource, "a resource"), line)

    def add(self, other: Contents) -> None:
        """Add the spans and log records of another request."""
        self.spans += other.spans
        for key, logs in other._logs.items():
            self._logs.setdefault(key, []).extend(logs)

    def attach_logs(self, spans: Iterable[ExportedSpan]) -> None:
        """Make each log record an event of its span; a record without its span is skipped."""
        for span in spans:
            logs = self._logs.pop((span.trace_id, span.span_id), None)
            if logs:
                span.events = sorted([*span.events, *logs], key=lambda event: event.t)

    def _read_resource(self, fields: Fields, line: int) -> None:
        resource = _read_attributes(_fields(fields.get("resource") or {}, "resource"))
        for key in _SCOPES:
            for group in list_of(fields, key):
                scoped = _fields(group, "a scope")
                scope = _fields(scoped.get("scope") or scoped.get("instrumentationlibrary") or {}, "scope")
                source = str(scope.get("name") or "otlp")
                for span in list_of(scoped, "spans"):
                    self.spans.append(_read_span(_fields(span, "span"), source, resource.get("service.name"), line))
                for log in list_of(scoped, "logrecords"):
                    self._read_log(_fields(log, "log record"))

    def _read_log(self, log: Fields) -> None:
        attributes = _read_attributes(log)
        name = log.get("eventname") or attributes.get("event.name")
        trace_id, span_id = _id(log, "traceid", _TRACE_ID), _id(log, "spanid", _SPAN_ID)
        if name and span_id:  # a record without a name is a line of a log, and no event of the span
            t = _milliseconds(log, "timeunixnano") or _milliseconds(log, "observedtimeunixnano") or 0.0
            noted = SpanEvent(str(name), t, attributes, _value(log.get("body")))
            self._logs.setdefault((trace_id or "", span_id), []).append(noted)


def _read_span(span: Fields, source: str, service: Any, line: int) -> ExportedSpan:
    name = span.get("name") or ""
    if "starttimeunixnano" not in span:
        raise Malformed(f"span {name!r} has no start time")
    t0 = _milliseconds(span, "starttimeunixnano") or 0.0
    status = _fields(span.get("status") or {}, "status")
    return ExportedSpan(
        trace_id=_id(span, "traceid", _TRACE_ID) or "",
        span_id=_required_id(span, name),
        parent_id=_id(span, "parentspanid", _SPAN_ID),
        name=str(name),
        t0=t0,
        t1=_milliseconds(span, "endtimeunixnano"),
        source=source,
        line=line,
        attributes=_read_attributes(span),
        events=[_read_event(_fields(event, "event"), t0) for event in list_of(span, "events")],
        failed=_has_failed(status.get("code"), name),
        message=str(status.get("message") or ""),
        service=None if service is None else str(service),
    )


def _has_failed(code: Any, name: str) -> bool | None:
    """Read a status code: a number or a name; `None` is UNSET."""
    word = "" if code is None else str(code).lower().removeprefix("status_code_")
    if word not in _FAILED:
        hint = "known are 0 (UNSET), 1 (OK) and 2 (ERROR)"
        raise Malformed(f"span {name!r} has the unknown status code {code!r:.80}", hint=hint)
    return _FAILED[word]


def _read_event(event: Fields, t0: float) -> SpanEvent:
    t = _milliseconds(event, "timeunixnano")
    return SpanEvent(str(event.get("name") or "event"), t0 if t is None else t, _read_attributes(event))


def _read_attributes(holder: Fields) -> dict[str, Any]:
    """Read a list of keys and typed values as plain JSON."""
    attributes = {}
    for pair in list_of(holder, "attributes"):
        fields = _fields(pair, "attribute")
        attributes[str(fields.get("key", ""))] = _value(fields.get("value"))
    return attributes


def _value(typed: Any) -> Any:
    for key, value in _fields(typed or {}, "attribute value").items():
        if key == "arrayvalue":
            return [_value(item) for item in list_of(_fields(value or {}, key), "values")]
        if key == "kvlistvalue":
            return _read_attributes({"attributes": list_of(_fields(value or {}, key), "values")})
        if key == "intvalue":
            return _integer(value, key)
        if key == "doublevalue":
            return value if isinstance(value, (int, float)) else str(value)  # "NaN" and "Infinity" are strings
        if key in ("stringvalue", "boolvalue", "bytesvalue"):
            return value
    return None


def _id(holder: Fields, key: str, size: int) -> str | None:
    """Return an id as lower-case hex; absent, empty and all-zero ones are none."""
    text = holder.get(key)
    if not text:
        return None
    if isinstance(text, str) and re.fullmatch(f"[0-9a-fA-F]{{{2 * size}}}", text):
        return text.lower() if text.strip("0") else None
    try:
        raw = base64.b64decode(str(text).translate(_URL_SAFE) + "=" * (-len(str(text)) % 4), validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    if len(raw) != size:
        what = f"span {holder['name']!r}" if "name" in holder else "a log record"
        raise Malformed(f"{what} has {key} {text!r:.80}, neither {2 * size} hex digits nor base64")
    return raw.hex() if any(raw) else None


_URL_SAFE = str.maketrans("-_", "+/")


def _required_id(span: Fields, name: str) -> str:
    found = _id(span, "spanid", _SPAN_ID)
    if found is None:
        raise Malformed(f"span {name!r} has no span id")
    return found


def _milliseconds(fields: Fields, key: str) -> float | None:
    """Read Unix nanoseconds as milliseconds; 0 means unknown."""
    try:
        return _integer(fields.get(key) or 0, key) / 10**6 or None  # a division of two integers rounds once
    except OverflowError:
        raise Malformed(f"{key} is {fields[key]!r:.80}, expected Unix nanoseconds") from None


def _integer(value: Any, what: str) -> int:
    try:
        return int(value)
    except (TypeError, ValueError, OverflowError):
        raise Malformed(f"{what} is {value!r:.80}, expected an integer") from None


def _fields(value: Any, what: str) -> Fields:
    if not isinstance(value, dict):
        raise Malformed(f"{what} is {value!r:.80}, expected an object")
    return {_fold(key): item for key, item in value.items()}


@lru_cache(maxsize=1024)
def _fold(key: str) -> str:
    """Return a key without its casing: `startTimeUnixNano`, `start_time_unix_nano`, `StartTimeUnixNano` are equal."""
    return key.replace("_", "").lower()

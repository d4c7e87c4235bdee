"""Reads the body of an OTLP/HTTP request: JSON or protobuf, compressed or not."""

from __future__ import annotations

import gzip
import zlib
from typing import Any

from pytest_traces.conventions.lookup import decode
from pytest_traces.formats.document import Malformed
from pytest_traces.formats.otlp.reading import Contents

JSON, PROTOBUF = "application/json", "application/x-protobuf"

_NEEDS = "protobuf needs the package opentelemetry-proto: pip install opentelemetry-proto, or send http/json"


class Refused(Exception):
    """A request that cannot be read; its message is the answer."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status
        """The HTTP status of the answer."""


def content_of(body: bytes, encoding: str) -> bytes:
    """Return a body without its compression."""
    try:
        if encoding == "gzip":
            return gzip.decompress(body)
        if encoding == "deflate":
            return zlib.decompress(body)
    except (OSError, EOFError, zlib.error) as error:
        raise Refused(400, f"the body is not {encoding}: {error}") from None
    if encoding not in ("", "identity"):
        raise Refused(415, f"the encoding {encoding!r} is unknown; known are gzip and deflate")
    return body


def read_request(body: bytes, type: str, signal: str) -> Contents:
    """Return the spans or the log records of a request."""
    contents = Contents()
    try:
        contents.read_request(_decoded(body, type, signal), 1)
    except (Malformed, ValueError, RecursionError) as error:
        raise Refused(400, f"the body is no OTLP request: {error}") from None
    return contents


def _decoded(body: bytes, type: str, signal: str) -> Any:
    if type == JSON:
        return decode(body.decode())
    if type == PROTOBUF:
        return _from_protobuf(body, signal)
    raise Refused(415, f"the content type {type!r} is unknown; known are {JSON} and {PROTOBUF}")


def _from_protobuf(body: bytes, signal: str) -> Any:
    try:
        from google.protobuf.json_format import MessageToDict
        from google.protobuf.message import DecodeError
        from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
        from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
    except ImportError:
        raise Refused(415, _NEEDS) from None
    request = ExportTraceServiceRequest() if signal == "traces" else ExportLogsServiceRequest()
    try:
        request.ParseFromString(body)
    except DecodeError as error:
        raise Refused(400, f"the body is no OTLP request: {error}") from None
    return MessageToDict(request)

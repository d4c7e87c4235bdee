"""A real OTLP/HTTP receiver on loopback: what it is sent is decoded by OpenTelemetry's own protobuf."""

from __future__ import annotations

import gzip
import json
import threading
from base64 import b64encode
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from google.protobuf.json_format import ParseDict
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest


class Receiver:
    """Takes what is posted to `/v1/traces`; `answers` are the status codes of the first requests."""

    def __init__(self, *answers: int, headers: dict[str, str] | None = None) -> None:
        self.requests: list[tuple[str, dict[str, str], dict]] = []
        self._answers = list(answers)
        self._more = headers or {}
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if self.headers.get("Content-Encoding") == "gzip":
                    body = gzip.decompress(body)
                headers = {key.lower(): value for key, value in self.headers.items()}
                receiver.requests.append((self.path, headers, json.loads(body)))
                self.send_response(receiver._answers.pop(0) if receiver._answers else 200)
                for key, value in receiver._more.items():
                    self.send_header(key, value)
                self.send_header("Content-Type", "application/json")
                self.end_headers()
                self.wfile.write(b"{}")

            def log_message(self, *said: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Receiver:
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()
        return self

    def __exit__(self, *failed: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def spans(self) -> list:
        """Every span received, as OpenTelemetry reads it."""
        return [
            span
            for *_, body in self.requests
            for resource in decoded(body).resource_spans
            for scope in resource.scope_spans
            for span in scope.spans
        ]


def decoded(body: dict) -> ExportTraceServiceRequest:
    """Decode OTLP/JSON, whose ids are hex digits where protobuf's JSON has base64."""
    text = json.loads(json.dumps(body))
    for resource in text["resourceSpans"]:
        for scope in resource["scopeSpans"]:
            for span in scope["spans"]:
                for key in ("traceId", "spanId", "parentSpanId"):
                    if key in span:
                        span[key] = b64encode(bytes.fromhex(span[key])).decode()
    return ParseDict(text, ExportTraceServiceRequest())

"""A server on loopback to which processes send their spans over OTLP/HTTP."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextvars import Context
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from pytest_traces.receiving.requests import Refused, content_of
from pytest_traces.runtime.recording.context import CURRENT, private_place

Take = Callable[[str, str, bytes, str], None]
"""Takes the body of a request: the key of its address, its signal, its bytes, its content type."""

_PATIENCE = 10  # seconds for which a connection may stay silent
_SIGNALS = ("traces", "logs", "metrics")


class Server:
    """Listens on a free port until it is closed; a request has reached `take` when its sender gets the answer."""

    def __init__(self, take: Take) -> None:
        self._http = _HTTP(("127.0.0.1", 0), _Handler)
        self._http.take = take
        thread = threading.Thread(target=self._serve, name="pytest-traces-otlp-server", daemon=True)
        Context().run(thread.start)

    @property
    def address(self) -> str:
        """The URL before the key."""
        return f"http://127.0.0.1:{self._http.server_port}"

    def close(self) -> None:
        """Stop listening."""
        self._http.shutdown()
        self._http.server_close()

    def _serve(self) -> None:
        CURRENT.set(private_place("receiver"))  # its own threads are no work of a test
        self._http.serve_forever(poll_interval=0.05)


class _HTTP(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    take: Take


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = _PATIENCE
    server: _HTTP

    def do_POST(self) -> None:
        try:
            key, signal = self._address()
            body = content_of(self._body(), self.headers.get("Content-Encoding", ""))
            self.server.take(key, signal, body, self.headers.get_content_type())
        except Refused as refused:
            self._answer(refused.status, str(refused).encode())
        else:
            self._answer(200, b"{}" if self.headers.get_content_type() == "application/json" else b"")

    def _address(self) -> tuple[str, str]:
        """Return the key and the signal of an address as `/9af03c1d22b84e5a/v1/traces`."""
        parts = self.path.strip("/").split("/")
        if len(parts) != 3 or parts[1] != "v1" or parts[2] not in _SIGNALS:
            raise Refused(404, f"no {self.path} here")
        return parts[0], parts[2]

    def _body(self) -> bytes:
        if "chunked" not in self.headers.get("Transfer-Encoding", ""):
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        pieces = []
        while size := int(self.rfile.readline().partition(b";")[0], 16):
            pieces.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(pieces)

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header(
            "Content-Type", self.headers.get("Content-Type", "text/plain") if status == 200 else "text/plain"
        )
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Print nothing: the output belongs to the test."""

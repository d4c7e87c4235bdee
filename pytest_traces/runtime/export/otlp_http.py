"""Sends runs to an OpenTelemetry backend over OTLP/HTTP, from a thread of its own."""

from __future__ import annotations

import atexit
import gzip
import json
import os
import random
import ssl
import threading
import urllib.error
import urllib.request
from collections import deque
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from pytest_traces.redaction.masking import redact
from pytest_traces.runtime.export.provider import LOG, FinishedRun, TracingProvider

_TRACES, _ALL = "OTEL_EXPORTER_OTLP_TRACES_", "OTEL_EXPORTER_OTLP_"
_RETRYABLE = frozenset({429, 502, 503, 504})
_ATTEMPTS = 6


def is_configured() -> bool:
    """Return whether environment variables configure an OTLP endpoint."""
    if os.environ.get("OTEL_SDK_DISABLED", "").lower() == "true" or os.environ.get("OTEL_TRACES_EXPORTER") == "none":
        return False
    return bool(_setting("ENDPOINT")) and _setting("PROTOCOL") != "grpc"


class OtlpTracingProvider(TracingProvider):
    """Sends runs in batches; never blocks the program, and drops a batch that the backend refuses.

    Missing arguments come from OpenTelemetry's standard variables: `OTEL_EXPORTER_OTLP_ENDPOINT`, `_HEADERS`,
    `_TIMEOUT`, `_COMPRESSION`, `_CERTIFICATE` (each also as `OTEL_EXPORTER_OTLP_TRACES_…`),
    `OTEL_SERVICE_NAME`, `OTEL_RESOURCE_ATTRIBUTES`, `OTEL_BSP_SCHEDULE_DELAY`, `OTEL_BSP_MAX_QUEUE_SIZE`,
    `OTEL_BSP_MAX_EXPORT_BATCH_SIZE`.
    """

    def __init__(
        self,
        endpoint: str | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        resource: Mapping[str, Any] | None = None,
        backoff: float = 1.0,
    ) -> None:
        self._endpoint = endpoint or _endpoint()
        self._headers = {"Content-Type": "application/json", **_pairs(_setting("HEADERS")), **(headers or {})}
        self._resource = {**_resource(), **(resource or {})}
        self._backoff = backoff
        self._timeout = _number(_setting("TIMEOUT"), 10_000) / 1e3
        self._delay = _number(os.environ.get("OTEL_BSP_SCHEDULE_DELAY"), 5_000) / 1e3
        self._most_queued = int(_number(os.environ.get("OTEL_BSP_MAX_QUEUE_SIZE"), 2048))
        self._batch = int(_number(os.environ.get("OTEL_BSP_MAX_EXPORT_BATCH_SIZE"), 512))
        self._queue: deque[FinishedRun] = deque()
        self._sending = 0
        self._changed = threading.Condition()
        self._hurry = False
        self._closed = False
        self._worker: threading.Thread | None = None
        self.dropped = 0
        """Runs that were dropped: the queue was full, or the backend refused them."""
        atexit.register(self.close)

    def put(self, run: FinishedRun) -> None:
        """Queue a run; if the queue is full, the run is dropped."""
        with self._changed:
            if self._closed or len(self._queue) >= self._most_queued:
                self._drop(1, "the queue is full")
                return
            self._queue.append(run)
            if self._worker is None or not self._worker.is_alive():  # threads don't survive a fork
                self._worker = threading.Thread(target=self._work, name="pytest-traces-otlp", daemon=True)
                self._worker.start()
            self._changed.notify_all()

    def flush(self, timeout: float | None = None) -> bool:
        """Send the queued runs now; returns whether all were sent in time."""
        with self._changed:
            self._hurry = True
            self._changed.notify_all()
            return self._changed.wait_for(lambda: not self._queue and not self._sending, timeout or self._timeout)

    def close(self) -> None:
        """Send the queued runs, each batch once, and stop; waits as long as one request may take."""
        atexit.unregister(self.close)
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        if self._worker is not None and self._worker.is_alive():
            self._worker.join(self._timeout)

    def _work(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._queue or self._closed)
                self._changed.wait_for(self._is_due, self._delay)
                runs = self._take()
                if not runs:
                    return
            try:
                self._send(runs)
            except Exception:  # of any type: the next batch may still be sent
                self._drop(len(runs), "they could not be encoded")
            with self._changed:
                self._sending = 0
                self._hurry = self._hurry and bool(self._queue)
                self._changed.notify_all()

    def _is_due(self) -> bool:
        return self._hurry or self._closed or sum(map(len, self._queue)) >= self._batch

    def _take(self) -> list[FinishedRun]:
        runs: list[FinishedRun] = []
        while self._queue and sum(map(len, runs)) < self._batch:
            runs.append(self._queue.popleft())
        self._sending = len(runs)
        return runs

    def _send(self, runs: list[FinishedRun]) -> None:
        request = self._request(runs)
        pause, why = self._backoff, ""
        for _ in range(_ATTEMPTS):
            try:
                with urllib.request.urlopen(request, timeout=self._timeout, context=_trusting()) as response:
                    response.read()
                return
            except urllib.error.HTTPError as error:
                why = f"HTTP {error.code}"
                asked = error.headers.get("Retry-After")
                error.close()
                if error.code not in _RETRYABLE:
                    break
            except OSError as error:  # refused, timed out, unknown host
                why, asked = str(error), None
            if self._closed:
                break
            self._rest(_number(asked, pause * random.uniform(0.8, 1.2)))
            pause *= 2
        self._drop(len(runs), f"{self._endpoint} answered {why}")

    def _request(self, runs: list[FinishedRun]) -> urllib.request.Request:
        from pytest_traces.formats.otlp.writing import encode_otlp

        resources = [
            one for run in runs for one in encode_otlp(run.tree.spans, run.tree.noted, self._resource)["resourceSpans"]
        ]
        body = redact(json.dumps({"resourceSpans": resources}, ensure_ascii=False)).encode()
        headers = dict(self._headers)
        if _setting("COMPRESSION") == "gzip":
            body, headers["Content-Encoding"] = gzip.compress(body), "gzip"
        return urllib.request.Request(self._endpoint, data=body, headers=headers, method="POST")

    def _rest(self, seconds: float) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self._closed, seconds)

    def _drop(self, runs: int, why: str) -> None:
        if not self.dropped:
            LOG.warning("traces are dropped: %s", why)
        self.dropped += runs


def _setting(name: str) -> str:
    return os.environ.get(_TRACES + name) or os.environ.get(_ALL + name) or ""


def _endpoint() -> str:
    """Return the address: the variable for traces holds all of it, the general one lacks the path."""
    own = os.environ.get(_TRACES + "ENDPOINT")
    return own or f"{os.environ.get(_ALL + 'ENDPOINT') or 'http://localhost:4318'}".rstrip("/") + "/v1/traces"


def _pairs(text: str) -> dict[str, str]:
    pairs = (pair.partition("=") for pair in text.split(",") if "=" in pair)
    return {unquote(key.strip()): unquote(value.strip()) for key, _, value in pairs}


def _resource() -> dict[str, str]:
    about = _pairs(os.environ.get("OTEL_RESOURCE_ATTRIBUTES", ""))
    name = os.environ.get("OTEL_SERVICE_NAME")
    return {**about, "service.name": name} if name else about


def _number(text: str | None, default: float) -> float:
    """Read a number; a malformed one gives the default, because it must not break the program."""
    try:
        return float(text) if text else default
    except ValueError:
        return default


def _trusting() -> ssl.SSLContext | None:
    certificate = _setting("CERTIFICATE")
    return ssl.create_default_context(cafile=certificate) if certificate else None

"""What a process may send, and what it is told if it cannot be read."""

import gzip
import http.client
import json
import zlib
from collections.abc import Iterator
from typing import Any

import pytest

from pytest_traces.receiving.requests import Refused, read_request
from pytest_traces.receiving.server import Server

SPAN = {"traceId": "ab" * 16, "spanId": "cd" * 8, "name": "search", "startTimeUnixNano": "1000000"}
BODY = json.dumps({"resourceSpans": [{"scopeSpans": [{"spans": [SPAN]}]}]}).encode()


@pytest.fixture
def taken() -> list[str]:
    return []


@pytest.fixture
def server(taken: list[str]) -> Iterator[Server]:
    def take(key: str, signal: str, body: bytes, type: str) -> None:
        taken.extend(f"{key} {signal} {span.name}" for span in read_request(body, type, signal).spans)

    server = Server(take)
    yield server
    server.close()


def post(server: Server, body: Any, path: str = "/k/v1/traces", **headers: str) -> tuple[int, str]:
    connection = http.client.HTTPConnection(server.address.removeprefix("http://"), timeout=30)
    named = {"Content-Type": "application/json"} | {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request("POST", path, body, named)
    answer = connection.getresponse()
    told = answer.status, answer.read().decode()
    connection.close()
    return told


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (BODY, {}),
        (gzip.compress(BODY), {"Content_Encoding": "gzip"}),
        (zlib.compress(BODY), {"Content_Encoding": "deflate"}),
        (iter([BODY[:9], BODY[9:]]), {}),
        (BODY, {"Content_Type": "application/json; charset=utf-8"}),
    ],
    ids=["plain", "gzip", "deflate", "chunked", "with a charset"],
)
def test_a_request_is_read(server: Server, taken: list[str], body: Any, headers: dict[str, str]) -> None:
    assert post(server, body, **headers) == (200, "{}")
    assert taken == ["k traces search"]


@pytest.mark.parametrize(
    ("body", "headers", "told"),
    [
        (BODY, {"Content_Type": "text/plain"}, (415, "the content type 'text/plain' is unknown; known are ")),
        (BODY, {"Content_Encoding": "br"}, (415, "the encoding 'br' is unknown; known are gzip and deflate")),
        (BODY, {"Content_Encoding": "gzip"}, (400, "the body is not gzip: Not a gzipped file (b'{\"')")),
        (b"{", {}, (400, "the body is no OTLP request: Expecting property name")),
        (b"{}", {}, (400, "the body is no OTLP request: expected 'resourceSpans', found nothing")),
        (BODY, {"Content_Type": "application/x-protobuf"}, (400, "the body is no OTLP request: Error parsing message")),
    ],
    ids=["type", "encoding", "not gzip", "not JSON", "not OTLP", "not protobuf"],
)  # fmt: skip
def test_what_cannot_be_read_is_told(
    server: Server, body: bytes, headers: dict[str, str], told: tuple[int, str]
) -> None:
    status, why = post(server, body, **headers)
    assert (status, why[: len(told[1])]) == told


def test_another_address_is_not_known(server: Server) -> None:
    assert post(server, BODY, "/v1/traces") == (404, "no /v1/traces here")


def test_protobuf_without_its_package_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "google.protobuf.json_format", None)
    with pytest.raises(Refused) as refused:
        read_request(b"", "application/x-protobuf", "traces")
    assert str(refused.value) == (
        "protobuf needs the package opentelemetry-proto: pip install opentelemetry-proto, or send http/json"
    )

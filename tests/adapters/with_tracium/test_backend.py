"""A team's own backend: outside of recordings all arrives that arrived without us, inside what is let through."""

import pytest

TESTS = """
import http.server
import json
import threading

import pytest
import tracium
from tracium.helpers import version_check

version_check._warned = True  # it would ask PyPI


class Backend(http.server.BaseHTTPRequestHandler):
    asked = []

    def do_POST(self):
        length = int(self.headers.get("Content-Length") or 0)
        self.asked.append((self.path, json.loads(self.rfile.read(length) or b"{}")))
        answer = json.dumps({"id": "trace-1"}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    do_PATCH = do_POST

    def log_message(self, *said):
        pass


@pytest.fixture
def client():
    server = http.server.HTTPServer(("127.0.0.1", 0), Backend)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    Backend.asked.clear()
    client = tracium.init(
        api_key="sk_test_loopback",
        base_url=f"http://127.0.0.1:{server.server_port}",
        auto_instrument_llm_clients=False,
        auto_instrument_langchain=False,
    )
    yield client
    client.close()
    server.shutdown()


def names_that_arrived(client):
    with client.agent_trace(agent_name="desk") as run:
        with run.span(span_type="tool", name="search"):
            pass
    client.flush()
    return [body.get("agent_name") for path, body in Backend.asked if path == "/agents/traces"]


def test_outside(client):
    assert names_that_arrived(client) == ["desk"]


def test_inside(client, trace):
    assert names_that_arrived(client) == EXPECTED
    assert trace.spans.names == ["desk", "search"]
"""


@pytest.mark.parametrize(("ini", "arrived"), [("", []), ("trace_send = true", ["desk"])])
def test_telemetry_reaches_a_backend_outside_of_recordings_and_inside_if_let_through(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, ini: str, arrived: list[str]
) -> None:
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    pytester.makeini(f"[pytest]\n{ini}\n")
    pytester.makepyfile(TESTS.replace("EXPECTED", repr(arrived)))
    run = pytester.runpytest_subprocess("-psyrupy", "-ppytest_traces.plugin", "-pno:cacheprovider")
    run.assert_outcomes(passed=2)

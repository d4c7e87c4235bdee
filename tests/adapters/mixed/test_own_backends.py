"""A team's own backends: outside of recordings all arrives that arrived without us, inside what is let through."""

import pytest

from tests.project import Project

TESTS = """
import asyncio
import http.server
import os
import threading
from types import SimpleNamespace

import agents
from agents.tracing.processors import BackendSpanExporter, BatchTraceProcessor
from langchain_core.runnables import RunnableLambda
from langchain_core.tracers.langchain import LangChainTracer
from langsmith import Client
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from timbal import Tool
from timbal.platform import utils
from timbal.state.tracing.providers import InMemoryTracingProvider
from timbal.state.tracing.exporters import OTelExporter

os.environ.update({f"TIMBAL_{name}": "1" for name in ("API_KEY", "API_HOST", "ORG_ID", "APP_ID")})
os.environ["NO_PROXY"] = "127.0.0.1"


class Backend(http.server.BaseHTTPRequestHandler):
    bodies = []

    def do_POST(self):
        self.bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    do_PATCH = do_POST

    def log_message(self, *said):
        pass


@pytest.fixture
def url():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Backend)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    Backend.bodies.clear()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def opentelemetry(url):
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(OTLPSpanExporter(endpoint=url)))
    with provider.get_tracer("app").start_as_current_span("pay"):
        pass
    provider.shutdown()


def openai_agents(url):
    processor = BatchTraceProcessor(BackendSpanExporter(api_key="k", endpoint=url))
    agents.set_trace_processors([processor])
    with agents.trace("desk"), agents.custom_span("pay"):
        pass
    processor.shutdown()
    agents.set_trace_processors([])


def langsmith(url):
    client = Client(api_url=url, api_key="k", auto_batch_tracing=False, info={})
    tracer = LangChainTracer(client=client)
    RunnableLambda(lambda given: given, name="pay").invoke(1, config={"callbacks": [tracer]})
    tracer.wait_for_futures()


def timbal(url):
    async def run():
        async with OTelExporter(endpoint=url) as exporter:
            keeps = InMemoryTracingProvider.configured(_exporters=[exporter])
            await Tool(name="pay", handler=lambda: 1, tracing_provider=keeps)().collect()

    asyncio.run(run())


def timbal_platform(url):
    async def sends(**request):  # it speaks HTTPS only
        Backend.bodies.append(request["content"])
        return SimpleNamespace(raise_for_status=lambda: None)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(utils, "_request", sends)
        asyncio.run(Tool(name="pay", handler=lambda: 1)().collect())


SENDERS = [opentelemetry, openai_agents, langsmith, timbal, timbal_platform]
HOME = HELD


@pytest.mark.parametrize("sends", SENDERS)
def test_outside(url, sends):
    sends(url)
    assert any(b"pay" in body for body in Backend.bodies)


@pytest.mark.parametrize("sends", SENDERS)
def test_inside(url, sends, trace):
    sends(url)
    assert any(b"pay" in body for body in Backend.bodies) is (sends.__name__ not in HOME)
    assert "pay" in trace.spans.names
"""


@pytest.mark.parametrize(("ini", "at_home"), [("", ["timbal_platform"]), ("trace_send = true", [])])
def test_telemetry_that_a_team_expects_at_its_backend_arrives(project: Project, ini: str, at_home: list[str]) -> None:
    project.write("pytest.ini", f"[pytest]\n{ini}\n")
    project.tests(TESTS.replace("HELD", repr(at_home)))
    ran = project.run()
    assert ran.outcomes == "10 passed", ran.output

# ruff: noqa: SIM117 (blocks nest as the spans do)
import logging

import pytest

from pytest_traces.runtime import OtlpTracingProvider, install, span, trace_tool
from pytest_traces.runtime import trace as traced
from tests.runtime.export.otlp_receiver import Receiver, decoded


@pytest.fixture(autouse=True)
def quiet_environment(monkeypatch):
    for name in ("ENDPOINT", "HEADERS", "TRACES_ENDPOINT", "COMPRESSION", "PROTOCOL", "TIMEOUT"):
        monkeypatch.delenv(f"OTEL_EXPORTER_OTLP_{name}", raising=False)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("no_proxy", "127.0.0.1")


@trace_tool
def get_weather(city):
    if city == "Atlantis":
        raise LookupError("no such city")
    return {"temp": 21}


@traced(name="weather", tags=["beta"])
def weather(city):
    with span(span_type="llm", name="chat", model_id="gpt-4o-mini") as llm:
        llm.set_token_usage(input_tokens=32, output_tokens=10)
    return get_weather(city)


def attributes(span):
    values = {one.key: one.value for one in span.attributes}
    return {key: getattr(value, value.WhichOneof("value")) for key, value in values.items()}


def test_runs_arrive_at_a_receiver_as_opentelemetry_spans():
    with Receiver() as receiver, install(OtlpTracingProvider(f"{receiver.url}/v1/traces")):
        weather("Paris")
    root, llm, tool = receiver.spans
    assert [one.name for one in receiver.spans] == ["weather", "chat", "get_weather"]
    assert root.parent_span_id == b""
    assert llm.parent_span_id == tool.parent_span_id == root.span_id
    assert root.trace_id == llm.trace_id == tool.trace_id
    assert root.start_time_unix_nano < root.end_time_unix_nano
    assert attributes(llm)["gen_ai.operation.name"] == "chat"
    assert attributes(llm)["gen_ai.request.model"] == "gpt-4o-mini"
    assert attributes(llm)["gen_ai.usage.input_tokens"] == 32
    assert attributes(tool)["gen_ai.tool.name"] == "get_weather"
    assert attributes(tool)["pytest_traces.input"] == '{"city": "Paris"}'


def test_an_error_arrives_as_status_and_exception_event():
    with Receiver() as receiver, install(OtlpTracingProvider(f"{receiver.url}/v1/traces")):
        with pytest.raises(LookupError):
            weather("Atlantis")
    tool = receiver.spans[2]
    assert (tool.status.code, tool.status.message) == (2, "LookupError: no such city")
    [event] = tool.events
    assert event.name == "exception"
    assert attributes(event)["exception.message"] == "no such city"


def test_the_environment_says_where_and_how(monkeypatch):
    with Receiver() as receiver:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", receiver.url)
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_HEADERS", "x-tenant=acme%20inc,authorization=Bearer abc")
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_TRACES_COMPRESSION", "gzip")
        monkeypatch.setenv("OTEL_SERVICE_NAME", "weather-app")
        monkeypatch.setenv("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment=staging")
        with install():
            weather("Paris")
    [(path, headers, body)] = receiver.requests
    assert path == "/v1/traces"
    assert (headers["x-tenant"], headers["authorization"]) == ("acme inc", "Bearer abc")
    assert attributes(decoded(body).resource_spans[0].resource) == {
        "service.name": "weather-app",
        "deployment.environment": "staging",
    }


def test_the_endpoint_for_traces_is_taken_as_it_is(monkeypatch):
    with Receiver() as receiver:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1")
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", f"{receiver.url}/custom")
        with install():
            weather("Paris")
    assert [path for path, *_ in receiver.requests] == ["/custom"]


def test_a_full_batch_leaves_without_waiting(monkeypatch):
    monkeypatch.setenv("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "6")
    with Receiver() as receiver:
        provider = OtlpTracingProvider(f"{receiver.url}/v1/traces")
        with install(provider):
            for _ in range(4):
                weather("Paris")
            assert provider.flush(timeout=5)
    assert (
        sum(len(scope["scopeSpans"][0]["spans"]) for *_, body in receiver.requests for scope in body["resourceSpans"])
        == 12
    )
    assert len(receiver.requests) >= 2


@pytest.mark.parametrize("code", [429, 502, 503, 504])
def test_a_busy_backend_is_asked_again(code):
    with Receiver(code) as receiver:
        provider = OtlpTracingProvider(f"{receiver.url}/v1/traces", backoff=0.01)
        with install(provider):
            weather("Paris")
            assert provider.flush(timeout=5)
    assert len(receiver.requests) == 2
    assert provider.dropped == 0


def test_a_backend_can_say_when_to_come_back():
    with Receiver(503, headers={"Retry-After": "0.01"}) as receiver:
        provider = OtlpTracingProvider(f"{receiver.url}/v1/traces", backoff=60)
        with install(provider):
            weather("Paris")
            assert provider.flush(timeout=5)
    assert len(receiver.requests) == 2


def test_a_backend_that_refuses_is_not_asked_again(caplog):
    with Receiver(400) as receiver:
        provider = OtlpTracingProvider(f"{receiver.url}/v1/traces", backoff=0.01)
        with install(provider), caplog.at_level(logging.WARNING, "pytest_traces"):
            weather("Paris")
            assert provider.flush(timeout=5)
    assert (len(receiver.requests), provider.dropped) == (1, 1)
    assert caplog.messages == [f"traces are dropped: {receiver.url}/v1/traces answered HTTP 400"]


def test_a_backend_that_is_down_breaks_and_blocks_nothing():
    provider = OtlpTracingProvider("http://127.0.0.1:9/v1/traces", backoff=3_600)
    with install(provider):  # if its end waited for the backoff, this test would take an hour
        assert weather("Paris") == {"temp": 21}
        assert not provider.flush(timeout=0.05)
    assert provider.dropped == 1


def test_a_full_queue_drops_runs_and_counts_them(monkeypatch):
    monkeypatch.setenv("OTEL_BSP_MAX_QUEUE_SIZE", "1")
    provider = OtlpTracingProvider("http://127.0.0.1:9/v1/traces", backoff=60)
    with install(provider):
        for _ in range(4):
            weather("Paris")
        assert provider.dropped >= 2


def test_a_closed_provider_takes_nothing_more():
    provider = OtlpTracingProvider("http://127.0.0.1:9/v1/traces")
    provider.close()
    with install(provider):
        weather("Paris")
    assert provider.dropped == 1


def test_secrets_do_not_leave_the_process():
    with Receiver() as receiver, install(OtlpTracingProvider(f"{receiver.url}/v1/traces")):
        with span(span_type="tool", name="login", input={"api_key": "sk-abcdefghijklmnop1234"}):
            pass
    assert attributes(receiver.spans[0])["pytest_traces.input"] == '{"api_key": "<redacted>"}'


def test_a_nested_run_belongs_to_the_trace_of_the_outer_one():
    @traced
    def outer():
        weather("Paris")

    with Receiver() as receiver, install(OtlpTracingProvider(f"{receiver.url}/v1/traces")):
        outer()
    assert len({one.trace_id for one in receiver.spans}) == 1
    assert receiver.spans[1].parent_span_id == receiver.spans[0].span_id


@pytest.mark.parametrize(
    ("name", "value"),
    [("OTEL_SDK_DISABLED", "true"), ("OTEL_TRACES_EXPORTER", "none"), ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc")],
)
def test_the_environment_can_say_no(monkeypatch, name, value):
    from pytest_traces.runtime import InMemoryTracingProvider
    from pytest_traces.runtime.export.install import from_environment

    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9")
    monkeypatch.setenv(name, value)
    assert isinstance(from_environment(), InMemoryTracingProvider)


def test_a_number_that_cannot_be_read_is_ignored(monkeypatch):
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_TIMEOUT", "soon")
    OtlpTracingProvider("http://127.0.0.1:9").close()

"""What spans and log records say: attributes, events, exceptions, statuses and times."""

import asyncio

import pytest
from opentelemetry import _logs as logs
from opentelemetry import trace as api
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.trace import Status, StatusCode

TRACER = api.get_tracer("shop")


@pytest.fixture(params=["without a provider", "with a provider"])
def tracer(request, provider):
    return provider.get_tracer("shop") if request.param == "with a provider" else TRACER


def test_an_exception_that_leaves_a_span_is_its_error(trace, tracer):
    with pytest.raises(ValueError, match="no"), tracer.start_as_current_span("search"):
        raise ValueError("no")
    search = trace.one("search")
    assert (search.status, str(search.error)) == ("error", "ValueError: no")
    assert "raise ValueError" in search.error.traceback
    assert [event.type for event in search.events] == ["start", "error", "output"]


def test_an_exception_that_leaves_a_span_used_by_itself_is_its_error(trace, tracer):
    with pytest.raises(ValueError, match="no"), tracer.start_span("search"):
        raise ValueError("no")
    assert str(trace.one("search").error) == "ValueError: no"


def test_an_exception_may_be_kept_out_of_a_span(trace, tracer):
    options = {"record_exception": False, "set_status_on_exception": False}
    with pytest.raises(ValueError, match="no"), tracer.start_as_current_span("search", **options):
        raise ValueError("no")
    with pytest.raises(ValueError, match="no"), tracer.start_span("rank", **options):
        raise ValueError("no")
    assert [one.status for one in trace.spans] == ["success", "success"]


def test_a_status_is_read_as_the_sdk_keeps_it(trace, tracer):
    with tracer.start_as_current_span("fine") as span:
        span.set_status(StatusCode.OK)
        span.set_status(StatusCode.ERROR, "too late")
    with tracer.start_as_current_span("broken") as span:
        span.set_status(Status(StatusCode.ERROR, "out of stock"))
        span.set_status(StatusCode.UNSET)
    assert [(one.status, str(one.error)) for one in trace.spans] == [
        ("success", "None"),
        ("error", "Error: out of stock"),
    ]


async def test_a_cancelled_span_is_cancelled(trace, tracer):
    async def search():
        with tracer.start_as_current_span("search"):
            await asyncio.sleep(10)

    task = asyncio.create_task(search())
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert (trace.one("search").status, trace.one("search").error) == ("cancelled", None)


async def test_a_span_that_begins_while_a_cancellation_is_handled_is_not_cancelled(trace, tracer):
    try:
        raise asyncio.CancelledError
    except asyncio.CancelledError:
        with tracer.start_as_current_span("clean up"):
            pass
    assert trace.one("clean up").status == "success"


def test_attributes_set_after_the_end_are_not_kept(trace, tracer):
    with tracer.start_as_current_span("search") as span:
        span.set_attribute("a", 1)
    span.set_attribute("a", 2)
    span.update_name("other")
    span.end()
    assert trace.one("search").attributes["a"] == 1
    assert not span.is_recording()


def test_values_are_kept_as_they_were_in_plain_json(trace, tracer):
    tags = ["a"]
    with tracer.start_as_current_span("search") as span:
        span.set_attributes({"tags": tags, "nested": {"list": (1, 2)}, "raw": b"\x01"})
        tags.append("b")
    kept = trace.one("search").attributes
    assert (kept["tags"], kept["nested"], kept["raw"]) == (["a"], {"list": [1, 2]}, "AQ==")


def test_events_keep_their_names_payloads_and_times(trace, tracer):
    with tracer.start_as_current_span("search") as span:
        span.add_event("asked", {"shop": "books"}, timestamp=1_700_000_000_000_000_000)
    [event] = [one for one in trace.events if one.type == "asked"]
    assert (event.payload, event.t) == ({"shop": "books"}, 1_700_000_000_000.0)


def test_times_that_a_program_gives_are_kept(trace, tracer):
    tracer.start_span("search", start_time=1_700_000_000_000_000_000).end(1_700_000_001_000_000_000)
    assert (trace.one("search").t0, trace.one("search").elapsed) == (1_700_000_000_000.0, 1000.0)


def test_the_scope_is_among_the_attributes(trace, tracer):
    tracer.start_span("search").end()
    assert trace.find(attributes={"otel.scope.name": "shop"}).names == ["search"]


MESSAGES = [("gen_ai.user.message", {"content": "Weather?"}), ("gen_ai.choice", {"message": {"content": "Rain."}})]


@pytest.fixture(params=["no provider", "a provider", "a disabled provider"])
def logger(request, monkeypatch):
    if request.param == "no provider":
        return logs.get_logger("shop")
    if request.param == "a disabled provider":
        monkeypatch.setenv("OTEL_SDK_DISABLED", "true")
    return LoggerProvider(shutdown_on_exit=False).get_logger("shop")


@pytest.mark.parametrize("form", ["record", "fields"])
def test_log_records_are_the_messages_of_the_span_they_are_emitted_in(trace, tracer, logger, form):
    about = {"gen_ai.operation.name": "chat", "gen_ai.request.model": "gpt-4o"}
    with tracer.start_as_current_span("chat gpt-4o", attributes=about):
        for name, body in MESSAGES:
            if form == "record":
                logger.emit(logs.LogRecord(event_name=name, body=body))
            else:
                logger.emit(event_name=name, body=body)
    chat = trace.one("gpt-4o")
    assert chat.input == [{"role": "user", "content": "Weather?"}]
    assert chat.output == [{"message": {"content": "Rain."}}]
    assert [event.type for event in chat.events] == ["start", "gen_ai.user.message", "gen_ai.choice", "output"]


def test_a_log_record_after_the_end_is_an_event_still(trace, provider, logger):
    with provider.get_tracer("shop").start_as_current_span("search") as span:
        pass
    logger.emit(event_name="gen_ai.evaluation.result", body={"score": 1}, context=api.set_span_in_context(span))
    assert trace.one("search").events[-1].payload == {"body": {"score": 1}}


def test_a_log_line_without_a_name_is_no_event(trace, tracer, logger):
    with tracer.start_as_current_span("search"):
        logger.emit(body="a line")
    assert [event.type for event in trace.events] == ["start", "output"]


def test_http_below_a_model_call_is_machinery(trace, tracer):
    about = {"gen_ai.operation.name": "chat", "gen_ai.request.model": "gpt-4o"}
    post = {"http.request.method": "POST"}
    with tracer.start_as_current_span("chat gpt-4o", attributes=about):
        tracer.start_span("POST", attributes=post).end()
    tracer.start_span("POST", attributes=post).end()
    assert trace.spans.names == ["gpt-4o", "POST"]
    assert trace.machinery.names == ["POST"]

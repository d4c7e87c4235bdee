"""What went wrong with a span, what was tried again, and what its program said about it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from pytest_traces.conventions import content, kinds, reading, usage
from pytest_traces.conventions.content import SpanEvent
from pytest_traces.model.span import SpanError
from tests.conventions.words import LLM, read

RAISED = SpanEvent(
    "exception", 5, {"exception.type": "weather.Outage", "exception.message": "no rain", "exception.stacktrace": "at"}
)


def test_an_error_is_the_last_exception_without_its_package():
    span = read({}, SpanEvent("exception", 1, {"exception.type": "Other"}), RAISED, failed=True)
    assert (span.status, span.error) == ("error", SpanError(type="Outage", message="no rain", traceback="at"))


def test_an_error_without_an_exception_has_the_message_of_its_status():
    span = read({"error.type": "timeout"}, failed=True, message="too late")
    assert span.error == SpanError(type="timeout", message="too late")


@pytest.mark.parametrize(
    "attributes",
    [{"error.type": "KeyError"}, {"langfuse.observation.level": "ERROR"}, {"gen_ai.tool.status": "error"}],
)
def test_a_failure_may_be_an_attribute(attributes):
    assert read(attributes).status == "error"


def test_a_failure_may_be_a_log_record():
    span = read(LLM, RAISED._replace(name="gen_ai.client.operation.exception"))
    assert (span.status, str(span.error)) == ("error", "Outage: no rain")


def test_an_exception_that_was_handled_is_no_error():
    assert read({}, RAISED).status == "success"


def test_a_status_of_ok_wins_over_attributes():
    assert read({"error.type": "KeyError"}, failed=False).status == "success"


def test_a_cancelled_span_is_cancelled():
    assert read({"error.type": "asyncio.CancelledError"}, failed=True).status == "cancelled"


def test_a_span_that_has_not_ended_is_running():
    assert read({}, ended=False).status == "running"
    span = read({}, failed=True, message="too late", ended=False)
    assert (span.status, str(span.error)) == ("running", "Error: too late")


@pytest.mark.parametrize(
    ("attributes", "attempts"),
    [
        (LLM | {"http.request.resend_count": 2}, 2),
        ({"gen_ai.operation.name": "embeddings", "http.request.resend_count": 1}, 1),
        ({"traceloop.span.kind": "task", "crewai.guardrail.retry_count": 1}, 1),
        ({"http.request.method": "GET", "http.request.resend_count": 2}, 0),  # there each attempt is a span
        (LLM | {"http.request.resend_count": 10**15}, 1_000),
    ],
)
def test_attempts_made_again_inside_a_span_are_retries(attributes, attempts):
    assert [event.name for event in read(attributes, t0=7.0).events] == ["retry"] * attempts


def test_a_tool_that_pydantic_ai_calls_again_says_why():
    told = {"pydantic_ai.tool.retry.cause": "model_retry", "pydantic_ai.tool.retry.attempt": 1}
    span = read({"gen_ai.tool.name": "x"} | told)
    assert (span.metadata, span.events) == ({"retry_cause": "model_retry", "retry_attempt": 1}, ())


@pytest.mark.parametrize(
    "name", ["First Token Stream Event", "ai.stream.firstChunk", "gen_ai.content.completion.chunk"]
)
def test_streamed_pieces_are_chunks(name):
    assert read(LLM, SpanEvent(name, 3, {"piece": "a"})).events == (SpanEvent("chunk", 3, {"piece": "a"}),)


def test_a_time_to_the_first_chunk_is_a_chunk():
    first = {"gen_ai.response.time_to_first_chunk": 0.25}
    assert read(LLM | first, t0=7.0).events == (SpanEvent("chunk", 257.0),)
    told = SpanEvent("gen_ai.content.completion.chunk", 9)
    assert read(LLM | first, told).events == (told._replace(name="chunk"),)


def test_exceptions_are_errors_among_the_events_and_others_keep_their_names():
    events = read({}, RAISED, SpanEvent("cache miss", 6)).events
    assert events == (
        SpanEvent("error", 5, {"type": "weather.Outage", "message": "no rain", "stacktrace": "at"}),
        SpanEvent("cache miss", 6),
    )


def test_an_evaluation_keeps_its_name_and_what_it_says():
    said = {"gen_ai.evaluation.name": "relevance", "gen_ai.evaluation.score.value": 0.5}
    assert read(LLM, SpanEvent("gen_ai.evaluation.result", 6, said)).events[0].attributes == said


@pytest.mark.parametrize("tags", [["beta", "eu"], ("beta", "eu"), '["beta", "eu"]'])
@pytest.mark.parametrize("attribute", ["tag.tags", "langfuse.trace.tags"])
def test_each_convention_tells_the_tags(attribute, tags):
    assert read({attribute: tags}).tags == ("beta", "eu")


@pytest.mark.parametrize(
    ("attribute", "key"),
    [
        ("langfuse.observation.metadata.step", "step"),
        ("traceloop.association.properties.step", "step"),
        ("mlflow.traceTag.step", "step"),
        ("ai.telemetry.metadata.step", "step"),
        ("gen_ai.conversation.id", "conversation_id"),
        ("session.id", "session_id"),
        ("user.id", "user_id"),
        ("gen_ai.data_source.id", "data_source_id"),
    ],
)
def test_each_convention_tells_the_metadata(attribute, key):
    assert read({attribute: "2", "metadata": '{"plan": "pro"}'}).metadata == {"plan": "pro", key: "2"}


def known_keys():
    tables = [
        *(
            kinds.KIND,
            kinds.MODEL,
            kinds.PROVIDER,
            kinds.TOOL_CALL_ID,
            reading.TAGS,
            reading.METADATA,
            reading.FAILURES,
        ),
        *(usage.COST, *usage.TOKENS.values(), *usage.OTHER_UNITS.values()),
        *(*content.INPUTS.values(), *content.OUTPUTS.values(), *kinds.NAMES.values(), *reading.RESENT.values()),
    ]
    names = {key if isinstance(key, str) else key[0] for table in tables for key in table}
    return sorted({name.replace("*", "0") for name in names} | {name.replace("*", "0.a.1") for name in names})


VALUES = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats() | some.text(max_size=4) | some.binary(max_size=2),
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(some.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)
ATTRIBUTES = some.dictionaries(some.sampled_from(known_keys()) | some.text(max_size=3), VALUES, max_size=8)
EVENTS = some.builds(
    SpanEvent,
    some.sampled_from(["exception", "gen_ai.choice", "gen_ai.user.message", "gen_ai.tool.message", "x"]),
    some.floats(),
    ATTRIBUTES,
    VALUES,
)


@given(attributes=ATTRIBUTES, events=some.lists(EVENTS, max_size=3), failed=some.sampled_from([None, True, False]))
def test_reading_never_raises(attributes, events, failed):
    span = read(attributes, *events, failed=failed)
    assert isinstance(span.name, str)
    assert isinstance(span.type, str)

"""Decorated functions behave as if they were not decorated."""

import asyncio
import inspect

import pytest

from pytest_traces.errors import TracesError
from pytest_traces.runtime import get_run_context, span, trace_tool
from pytest_traces.runtime import trace as traced
from tests.builders import start


@traced
def count(n):
    got = []
    for i in range(n):
        got.append((yield i))
    return got


@traced
async def count_later(n):
    for i in range(n):
        yield i


def test_a_decorated_function_keeps_its_kind_and_name():
    @traced
    async def agent():
        """Answers."""

    assert inspect.iscoroutinefunction(agent)
    assert (agent.__name__, agent.__doc__) == ("agent", "Answers.")


def test_a_method_can_be_traced(trace):
    class Agent:
        @traced
        def ask(self, question, *more, loud=False, **rest):
            return question

        @trace_tool(max_retries=1)
        def help(self, topic):
            return topic

    Agent().ask("why?", 1, 2, loud=True, city="Paris")
    Agent().help(topic="x")
    assert trace.one("ask").input == {"question": "why?", "more": [1, 2], "loud": True, "city": "Paris"}
    assert trace.one("help").input == {"topic": "x"}


def test_a_call_with_the_wrong_arguments_fails_as_always(trace):
    with pytest.raises(TypeError, match="required positional argument"):
        traced(lambda city: city)()


def test_an_unknown_option_is_a_type_error():
    with pytest.raises(TypeError, match="unexpected keyword argument 'nmae'"):
        traced(nmae="x")
    with pytest.raises(TypeError, match="unexpected keyword argument 'retries'"):
        trace_tool(retries=3)


def test_a_generator_is_sent_to_and_returns(trace):
    counting = count(2)
    assert (next(counting), counting.send("a")) == (0, 1)
    with pytest.raises(StopIteration) as done:
        counting.send("b")
    assert done.value.value == trace.one("count").output == ["a", "b"]


def test_an_exception_thrown_into_a_generator_arrives_there(trace):
    @traced
    def careful():
        try:
            yield 1
        except ValueError:
            yield 2

    pieces = careful()
    next(pieces)
    assert pieces.throw(ValueError("stop")) == 2
    assert list(pieces) == []
    assert trace.one("careful").status == "success"


def test_a_generator_that_is_left_early_is_cancelled_with_what_it_gave(trace):
    for _ in count(5):
        break
    span = trace.one("count")
    assert (span.status, span.output) == ("cancelled", [0])


async def test_an_async_generator_that_is_left_early_is_cancelled_with_what_it_gave(trace):
    pieces = count_later(5)
    async for _ in pieces:
        break
    await pieces.aclose()
    span = trace.one("count_later")
    assert (span.status, span.output) == ("cancelled", [0])


def test_a_generator_that_fails_is_failed(trace):
    @traced
    def broken():
        yield 1
        raise ValueError("boom")

    with pytest.raises(ValueError, match="boom"):
        list(broken())
    assert str(trace.one("broken").error) == "ValueError: boom"


def test_a_generator_that_is_never_asked_is_no_run(trace):
    count(3)
    assert len(trace) == 0


def test_two_generators_that_take_turns_do_not_nest(trace):
    for _ in zip(count(2), count(2), strict=True):
        pass
    assert [run.parent for run in trace.find("count")] == [None, None]


async def test_an_async_tool_is_tried_again(trace):
    attempts = []

    @trace_tool(max_retries=1, backoff=lambda attempt: attempt / 1000)
    async def flaky():
        attempts.append(1)
        if len(attempts) == 1:
            raise TimeoutError("no")
        return "ok"

    assert await flaky() == "ok"
    assert trace.find("retry_guard").count == 1
    assert trace.one("retry_guard").metadata == {"next_attempt": 2, "backoff_ms": 1.0}


async def test_a_cancelled_tool_is_not_tried_again(trace):
    @trace_tool(max_retries=5, backoff=0)
    async def slow():
        await asyncio.sleep(60)

    with pytest.raises(TimeoutError):
        await asyncio.wait_for(slow(), 0.01)
    assert trace.one("slow").status == "cancelled"


def test_a_tool_that_streams_cannot_be_tried_again():
    with pytest.raises(TracesError, match="tool 'pieces' streams: its pieces are out, so it can't be tried again"):

        @trace_tool(max_retries=1)
        def pieces():
            yield 1


def test_a_span_is_entered_once(trace):
    step = span(span_type="tool", name="step")
    with step:
        pass
    with pytest.raises(TracesError, match="span 'step' was entered before"), step:
        pass


def test_spans_may_close_out_of_order(trace):
    outer, inner = span(span_type="a", name="outer"), span(span_type="b", name="inner")
    outer.__enter__()
    inner.__enter__()
    outer.__exit__(None, None, None)
    inner.__exit__(None, None, None)
    assert trace.spans.names == ["outer", "inner"]
    assert trace.find(status="success").count == 2


def test_usage_of_an_adapters_span_can_be_updated_too(trace):
    from pytest_traces.runtime.recording.context import CURRENT, here

    place = here()
    record = start(place.recorder, "step", place=place)
    CURRENT.set(record)
    get_run_context().update_usage("rows", 1)
    get_run_context().update_usage("rows", 2)
    record.end()
    CURRENT.set(place)
    assert trace.one("step").usage["rows"] == 3


def test_the_context_knows_the_current_and_the_parent_span(trace):
    @traced
    def agent():
        assert get_run_context().parent_span() is None
        with span(span_type="tool", name="step"):
            context = get_run_context()
            return context.current_span().name, context.parent_span().name

    assert agent() == ("step", "agent")


def test_a_step_that_was_not_taken_is_a_key_error_with_the_nearest_name(trace):
    @traced
    def agent():
        with span(span_type="tool", name="get_weather"):
            get_run_context().step_span("get_wether")

    with pytest.raises(KeyError, match="did you mean 'get_weather'"):
        agent()


def test_data_is_reached_by_paths(trace):
    @traced
    def agent(city):
        get_run_context().set_data("units", {"temp": "C"})
        with span(span_type="tool", name="step", input=["a", {"b": 1}]):
            context = get_run_context()
            paths = (".input.1.b", "..input.city", "..shared.units.temp", "..nonsense", "...", "nobody.output", "step")
            return [context.get_data(path, None) for path in paths]

    assert agent("Paris") == [1, "Paris", "C", None, None, None, None]


def test_a_root_has_no_parent_to_ask(trace):
    @traced
    def agent():
        return get_run_context().get_data("..output", "nothing")

    assert agent() == "nothing"


async def test_an_exception_thrown_into_an_async_generator_arrives_there(trace):
    @traced
    async def careful():
        try:
            yield 1
        except ValueError:
            yield 2

    pieces = careful()
    await anext(pieces)
    assert await pieces.athrow(ValueError("stop")) == 2
    assert [piece async for piece in pieces] == []
    assert trace.one("careful").output == [1, 2]


def test_a_streaming_tool_can_keep_its_pieces_to_itself(trace):
    @trace_tool(capture_output=False)
    def secrets():
        yield "token"

    assert list(secrets()) == ["token"]
    assert trace.one("secrets").output is None
    assert [event.type for event in trace.events] == ["start", "output"]

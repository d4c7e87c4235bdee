"""A wrapped function is of the kind it was; what the wrapper follows is told in the same words for all four kinds."""

import asyncio
import functools
import inspect
import types

import pytest

from pytest_traces.runtime import span, trace_tool
from pytest_traces.runtime import trace as traced
from pytest_traces.runtime.calls.around import around
from pytest_traces.runtime.calls.generators import follow
from pytest_traces.runtime.calls.step import Step
from pytest_traces.runtime.recording.context import CURRENT, here
from tests.builders import start


def plain(n):
    return n


async def coroutine(n):
    await asyncio.sleep(0)
    return n


def pieces(n):
    got = yield n
    return got


async def pieces_later(n):
    yield n


class Later:
    async def __call__(self, n):
        return n


class Streaming:
    def __call__(self, n):
        yield n


FUNCTIONS = [plain, coroutine, pieces, pieces_later]
KINDS = [
    inspect.iscoroutinefunction,
    inspect.isgeneratorfunction,
    inspect.isasyncgenfunction,
    inspect.isfunction,
    inspect.signature,
]


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda function: function.__name__)
@pytest.mark.parametrize("decorate", [traced, trace_tool, trace_tool(name="other"), lambda f: around(f, no_step)])
def test_a_wrapped_function_is_of_the_kind_it_was(decorate, function):
    assert [kind(decorate(function)) for kind in KINDS] == [kind(function) for kind in KINDS]


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda function: function.__name__)
@pytest.mark.parametrize("decorate", [traced, trace_tool])
def test_a_wrapped_function_gives_what_it_gave(trace, decorate, function):
    made, bare = decorate(function)(1), function(1)
    assert type(made) is type(bare)
    for coroutine in (made, bare) if inspect.iscoroutine(made) else ():
        coroutine.close()


@pytest.mark.parametrize(
    ("made", "kind"),
    [
        (functools.partial(pieces), inspect.isgeneratorfunction),
        (functools.partial(pieces_later, 1), inspect.isasyncgenfunction),
        (Streaming(), inspect.isgeneratorfunction),
        (Later(), inspect.iscoroutinefunction),
    ],
)
def test_partial_functions_and_callable_objects_are_of_the_kind_they_call(made, kind):
    assert kind(trace_tool(made))


async def test_a_coroutine_of_the_old_kind_is_awaited(trace):
    @trace_tool
    @types.coroutine
    def look_up(city):
        yield from coroutine(city).__await__()
        return f"sunny in {city}"

    assert await look_up("Paris") == "sunny in Paris"
    assert (trace.one("look_up").output, [event.type for event in trace.events]) == (
        "sunny in Paris",
        ["start", "output"],
    )


async def test_an_awaitable_is_of_the_class_it_was(trace):
    class Answer:
        def __await__(self):
            return coroutine(1).__await__()

    answer = trace_tool(lambda: Answer())()
    assert isinstance(answer, Answer)
    assert await answer == 1


@pytest.mark.parametrize("recorded", [True, False])
async def test_an_async_generator_is_sent_to_thrown_at_and_closed(request, recorded):
    if recorded:
        request.getfixturevalue("trace")
    log = []

    @around_of(recorded)
    async def careful():
        try:
            log.append((yield 1))
            try:
                yield 2
            except ValueError:
                yield 3
        finally:
            log.append("closed")

    stream = careful()
    assert [await anext(stream), await stream.asend("a"), await stream.athrow(ValueError)] == [1, 2, 3]
    await stream.aclose()
    assert log == ["a", "closed"]
    with pytest.raises(StopAsyncIteration):
        await anext(stream)


def test_code_that_runs_when_a_generator_is_closed_runs_inside_its_span(trace):
    @traced
    def careful():
        try:
            yield 1
        finally:
            with span(span_type="tool", name="close"):
                pass

    for _ in careful():
        break
    assert trace.one("close").parent.name == "careful"
    assert trace.one("careful").status == "cancelled"


def test_a_generator_that_declines_to_be_closed_says_so(trace):
    @traced
    def stubborn():
        try:
            yield 1
        except GeneratorExit:
            yield 2

    stream = stubborn()
    next(stream)
    with pytest.raises(RuntimeError, match="ignored GeneratorExit"):
        stream.close()
    assert trace.one("stubborn").status == "error"


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit, asyncio.CancelledError])
def test_an_error_that_no_program_catches_passes_and_ends_the_span(trace, error):
    @traced
    def stopped():
        raise error

    with pytest.raises(error):
        stopped()
    assert trace.one("stopped").status == ("cancelled" if error is asyncio.CancelledError else "error")
    assert here().record is None


class Log(Step):
    """A step that writes down what it is told."""

    def __init__(self, act=None):
        place = here()
        super().__init__(start(place.recorder, "call", place=place), CURRENT.get())
        self.told = []
        self.act = act
        self.step_in()

    def instead(self, function):
        return self.act

    def chunk(self, piece):
        self.told.append(("chunk", piece))

    def end(self, result):
        self.step_out()
        self.told.append(("end", result))

    def fail(self, error):
        self.step_out()
        self.told.append(("fail", type(error).__name__))


def no_step(args, kwargs):
    return None


def around_of(recorded):
    return traced if recorded else lambda function: around(function, no_step)


async def called(function, *args):
    """Run a function of any kind to its end."""
    made = function(*args)
    if inspect.isasyncgen(made):
        return [piece async for piece in made]
    if inspect.isgenerator(made):
        return list(made)
    return await made if inspect.isawaitable(made) else made


@pytest.mark.parametrize(
    ("function", "told"),
    [
        (plain, [("end", 1)]),
        (coroutine, [("end", 1)]),
        (lambda n: coroutine(n), [("end", 1)]),
        (pieces, [("chunk", 1), ("end", None)]),
        (pieces_later, [("chunk", 1), ("end", None)]),
    ],
)
async def test_a_step_is_told_the_pieces_and_the_end(trace, function, told):
    steps = []
    wrapped = around(function, lambda args, kwargs: steps.append(Log()) or steps[-1])
    await called(wrapped, 1)
    assert steps[0].told == told
    assert here().record is None


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda function: function.__name__)
async def test_the_test_may_act_in_place_of_a_function_of_any_kind(trace, function):
    acts = {plain: lambda n: 7, coroutine: Later(), pieces: lambda n: iter_of(7), pieces_later: lambda n: later_of(7)}
    step = Log(acts[function])
    result = await called(around(function, lambda args, kwargs: step), 7)
    assert result == ([7] if function in (pieces, pieces_later) else 7)
    assert step.told[0] == ("chunk" if function in (pieces, pieces_later) else "end", 7)


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda function: function.__name__)
async def test_an_act_that_raises_is_the_failure_of_the_call(trace, function):
    def outage(n):
        raise TimeoutError("upstream")

    step = Log(outage)
    with pytest.raises(TimeoutError, match="upstream"):
        await called(around(function, lambda args, kwargs: step), 7)
    assert step.told == [("fail", "TimeoutError")]


def test_a_generator_that_a_call_gave_is_followed_from_outside(trace):
    step = Log()
    step.step_out()
    stream = follow(step, pieces(1))
    assert here().record is None
    assert next(stream) == 1
    stream.close()
    assert step.told == [("chunk", 1), ("fail", "GeneratorExit")]


def iter_of(piece):
    yield piece


async def later_of(piece):
    yield piece

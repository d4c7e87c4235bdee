"""What can be decorated: whatever is called, and options that are refused where they are said."""

import asyncio
import functools

import pytest

from pytest_traces.errors import TracesError
from pytest_traces.runtime import trace as traced
from pytest_traces.runtime import trace_tool


def get_weather(city, unit="C"):
    return f"{city} in {unit}"


class Forecast:
    def __call__(self, city):
        return city


@pytest.mark.parametrize("decorate", [trace_tool, traced])
@pytest.mark.parametrize(
    ("made", "name"),
    [
        (functools.partial(get_weather, unit="F"), "get_weather"),
        (functools.partial(functools.partial(get_weather)), "get_weather"),
        (Forecast(), "Forecast"),
        (functools.partial(Forecast()), "Forecast"),
    ],
)
def test_a_callable_without_a_name_gets_that_of_its_function(trace, decorate, made, name):
    decorated = decorate(made)
    assert decorated("Paris") == made("Paris")
    assert (decorated.__name__, trace.one().name, trace.one().input) == (name, name, {"city": "Paris"})


def test_arguments_of_a_callable_without_a_signature_are_numbered(trace):
    assert trace_tool(max)(1, 2) == 2
    assert trace.one("max").input == {"args": [1, 2]}


@pytest.mark.parametrize("decorate", [trace_tool, traced, trace_tool(max_retries=1)])
def test_methods_of_classes_can_be_decorated_from_above(trace, decorate):
    class Desk:
        @decorate
        @classmethod
        def of(cls, city):
            return cls.__name__, city

        @decorate
        @staticmethod
        def near(city):
            return city

    assert (Desk.of("Paris"), Desk().of("Paris")) == (("Desk", "Paris"), ("Desk", "Paris"))
    assert (Desk.near("Rome"), Desk().near("Rome")) == ("Rome", "Rome")
    assert [(call.name, call.input) for call in trace.spans] == [
        ("of", {"city": "Paris"}),
        ("of", {"city": "Paris"}),
        ("near", {"city": "Rome"}),
        ("near", {"city": "Rome"}),
    ]


@pytest.mark.parametrize(("decorate", "name"), [(trace_tool, "trace_tool"), (traced, "trace"), (traced(), "trace")])
def test_an_object_that_cannot_be_called_is_refused(decorate, name):
    with pytest.raises(TracesError, match=f"^@{name} decorates functions, got <property .*; put it below other dec"):
        decorate(property(get_weather))


@pytest.mark.parametrize("kind", ["plain", "coroutine", "returns a coroutine"])
def test_an_attempt_is_one_also_if_the_failed_one_changed_its_arguments(trace, kind):
    def fill(basket):
        basket.append("x")
        if len(basket) < 3:
            raise ValueError("not enough")
        return len(basket)

    async def fill_later(basket):
        return fill(basket)

    made = {"plain": fill, "coroutine": fill_later, "returns a coroutine": lambda basket: fill_later(basket)}[kind]
    tool = trace_tool(name="fill", max_retries=2, backoff=0)(made)

    async def side_by_side():
        await asyncio.gather(tool([]), tool([]))

    if kind == "plain":
        tool([])
        tool([])
    else:
        asyncio.run(side_by_side())
    assert [(retry.name, retry.attempts, retry.recovered) for retry in trace.retries] == [("fill", 3, True)] * 2
    assert [len(call.input["basket"]) for call in trace.retries[0].spans] == [0, 1, 2]
    assert str(trace.span_tree()).count("attempt 3") == 2


def test_no_retries_may_be_said_with_none(trace):
    attempts = []

    @trace_tool(max_retries=None, backoff=None)
    def fails():
        attempts.append(1)
        raise TimeoutError

    with pytest.raises(TimeoutError):
        fails()
    assert len(attempts) == 1


@pytest.mark.parametrize("bad", [-1, 1.5, "many", float("inf")])
def test_a_number_of_retries_that_is_none_is_refused_when_decorating(bad):
    with pytest.raises(TracesError) as refused:
        trace_tool(max_retries=bad)(get_weather)
    assert str(refused.value) == f"max_retries of tool 'get_weather' is a whole number of at least 0, got {bad!r}"


def test_a_wait_that_is_no_number_is_refused_when_decorating():
    with pytest.raises(TracesError, match=r"^backoff of tool 'get_weather' is a number of at least 0, got 'long'$"):
        trace_tool(backoff="long")(get_weather)


def test_a_wait_that_is_computed_wrongly_is_named(trace):
    @trace_tool(max_retries=1, backoff=lambda attempt: None)
    def fails():
        raise TimeoutError

    with pytest.raises(TracesError, match=r"^backoff of tool 'fails' after attempt 1 is a number of at least 0, got N"):
        fails()


def test_a_threshold_that_is_no_number_is_refused_when_decorating():
    with pytest.raises(TracesError, match=r"^slow_ms of @trace is a number of at least 0, got nan$"):
        traced(slow_ms=float("nan"))

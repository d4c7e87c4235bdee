"""An agent of pydantic-ai without instrumentation: its tools, its retries, its tokens."""

from tour_guide import ask


def test_museum_and_weather_are_asked_at_once(trace):
    assert ask("What now in Paris?") == "It rains: go to the Louvre."
    assert trace.tools.names == ["find_museum", "get_weather", "get_weather"]
    trace.tools[:2].assert_parallel("find_museum", "get_weather")


def test_it_asks_again_when_the_weather_is_slow(trace):
    ask("What now in Paris?")
    [retry] = trace.retries
    assert (retry.name, retry.attempts, retry.recovered) == ("get_weather", 2, True)
    assert str(retry.errors[0]) == "TimeoutError: weather service is slow"


def test_it_does_what_it_did_before(trace):
    ask("What now in Paris?")
    trace.assert_span_tree()
    assert trace.usage.total_tokens == 150

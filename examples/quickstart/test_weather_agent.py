"""What the agent did, and not only what it answered: queries, a retry, snapshots."""

from weather_agent import PARIS, ask


def test_it_looks_at_the_map_before_it_asks_for_the_weather(trace):
    assert ask("Do I need an umbrella in Paris?").startswith("Take one")
    assert trace.tools.names[2:] == ["get_weather", "get_forecast"]
    assert trace.one("geocode").output == PARIS
    assert trace.one("get_forecast").input == {**PARIS, "days": 2}
    assert trace.one("get_forecast").elapsed >= 400  # slow by `examples/pytest.ini`, so that the report shows it
    assert trace.usage.requests == 4


def test_it_recovers_from_an_outage_of_the_weather_service(trace):
    trace.on("get_weather").raises(TimeoutError("upstream timed out"))  # the first call; later ones run
    assert ask("Do I need an umbrella in Paris?").startswith("Take one")
    [retry] = trace.retries
    assert (retry.name, retry.attempts, retry.recovered) == ("get_weather", 2, True)
    assert [str(error) for error in retry.errors] == ["TimeoutError: upstream timed out"]
    assert trace.status == "warning"


def test_it_does_what_it_did_before(trace):
    ask("Do I need an umbrella in Paris?")
    trace.assert_span_tree()
    trace.assert_events()
    trace.assert_usage()

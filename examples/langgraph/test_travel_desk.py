"""Graphs, nodes and agents in one tree: concurrent nodes, the tools of an agent, tokens."""

from travel_desk import ask


def test_both_offices_are_asked_at_once(trace):
    assert ask("Paris") == "Take one."
    trace.find(type="action").assert_parallel("map_office", "time_office")


def test_the_advisor_asks_for_the_weather_once(trace):
    ask("Paris")
    call = trace.agents.one("advisor").descendants.one(type="tool")
    assert (call.name, call.input) == ("get_weather", {"city": "Paris"})
    assert trace.usage.total_tokens == 100


def test_it_does_what_it_did_before(trace):
    ask("Paris")
    trace.assert_span_tree()

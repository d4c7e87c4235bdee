"""OpenTelemetry spans as an agent, a model call and a tool, without a provider or an exporter."""

from book_shop import ask


def test_it_searches_for_what_the_model_chose(trace):
    assert ask("Something for the rain?") == "The Umbrella Academy"
    assert trace.one("search", type="tool").input == {"word": "umbrella"}
    assert trace.llms[0].model == "openai/gpt-4o-mini"
    assert trace.usage.total_tokens == 50


def test_it_does_what_it_did_before(trace):
    ask("Something for the rain?")
    trace.assert_span_tree()

"""TraceLLM's timeline in a test: every attempt is a step, without a database or panels."""

import help_desk
import pytest
from help_desk import answer


@pytest.fixture(autouse=True)
def outages(monkeypatch):
    """Fail the first lookup; the test skips the half second that TraceLLM waits."""
    monkeypatch.setattr(help_desk, "outages", [ConnectionError("registry timeout")])
    monkeypatch.setattr("time.sleep", lambda seconds: None)


def test_it_answers_from_the_articles_it_found(trace):
    assert answer("Explain transformers") == "Explain transformers See article 7, article 12."
    assert trace.one("vector.search").output == ["article 7", "article 12"]


def test_an_outage_is_a_failed_attempt_and_the_run_a_warning(trace):
    answer("Explain transformers")
    [retry] = trace.retries
    assert (retry.name, retry.attempts, retry.recovered) == ("tool_schema_lookup", 2, True)
    assert trace.status == "warning"
    assert trace.one("agent").attributes["status"] == "success"  # as TraceLLM reports it


def test_it_takes_the_steps_it_took_before(trace):
    answer("Explain transformers")
    assert trace.one("agent").model == "gpt-4.1-mini"
    trace.assert_span_tree()
    trace.assert_events()

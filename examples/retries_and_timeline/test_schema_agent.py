"""Every attempt is a step of its own, and the timeline shows the attempts as in document 003."""

import re

import pytest
from schema_agent import Database, ask


def test_it_recovers_from_an_outage(trace):
    assert ask("users", Database(outages=1)) == "users has 2 columns"
    assert (
        re.sub(r" +\d+ms", "  _ms", trace.timeline())
        == """\
agent:start
├── ✗  tool_schema_lookup  _ms  RETRY    ← attempt 1, failed
├── ✓  retry_guard  _ms  OK       ← backoff + retry decision
├── ✓  tool_schema_lookup  _ms  OK       ← attempt 2, succeeded
└── ✓  done

Retries: 1
Status:  WARNING"""
    )
    trace.assert_span_tree()


def test_it_gives_up_in_the_end(trace):
    with pytest.raises(TimeoutError):
        ask("users", Database(outages=9))
    [retry] = trace.retries
    assert (retry.attempts, retry.recovered, trace.status) == (3, False, "failed")


def test_it_tells_what_it_does_while_it_does_it(trace, capsys):
    ask("users", Database(outages=0))
    assert "agent.plan           Planning tool execution" in capsys.readouterr().out

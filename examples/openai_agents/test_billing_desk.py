"""Handoffs, tools and tokens of the OpenAI Agents SDK, also where its own tracing is off."""

from billing_desk import ask


def test_triage_hands_over_to_billing(trace):
    assert ask("What do I owe?") == "Invoice 17 is open: 120 euros."
    assert trace.agents.names == ["triage", "billing"]
    assert trace.one(type="handoff").output == "billing"


def test_billing_looks_the_invoice_up_once(trace):
    ask("What do I owe?")
    trace.agents.one("billing").children.assert_once("find_invoice")
    assert trace.usage.total_tokens == 150


def test_it_does_what_it_did_before(trace):
    ask("What do I owe?")
    trace.assert_span_tree()

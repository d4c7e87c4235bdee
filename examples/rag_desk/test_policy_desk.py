"""Large values: tests assert a part of them, and snapshots show them as readable text."""

from policy_desk import refund

QUESTION = "Can I send broken goods back within 30 days of the purchase?"


def test_the_ticket_holds_what_was_ordered(trace):
    refund(QUESTION)
    ticket = trace.one("create_ticket", input={"order": {"lines": [{"sku": "lamp-7"}, {"sku": "bulb-2"}]}})
    assert ticket.input["customer"]["address"]["city"] == "Brest"


def test_the_answer_rests_on_the_policy_of_refunds(trace):
    refund(QUESTION)
    assert [found["id"] for found in trace.one("search").output] == ["refunds", "delivery"]
    trace.assert_budget(total_tokens=600, llm_calls=1)


def test_it_does_what_it_did_before(trace):
    refund(QUESTION)
    trace.assert_span_tree()

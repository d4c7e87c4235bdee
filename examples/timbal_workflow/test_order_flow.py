"""Concurrent steps, steps in order, and skipped steps."""

from order_flow import process


def skipped(trace):
    return [event.payload["steps"] for event in trace.events if event.type == "skipped"]


def test_what_is_in_stock_is_shipped(trace):
    process(17)
    assert trace.one("ship").output == "lamp is on its way, 500 left to spend"
    assert skipped(trace) == [["order_more"]]
    trace.assert_span_tree()
    trace.assert_events()


def test_what_is_not_in_stock_is_ordered(trace):
    process(18)
    assert not trace.find("ship")
    assert skipped(trace) == [["ship"]]
    trace.assert_span_tree()


def test_both_checks_come_after_the_order_and_before_the_end(trace):
    process(17)
    assert str(trace).splitlines() == [
        "workflow order",
        "├─ tool load_order",
        "├─ ∥ tool check_credit",
        "├─ ∥ tool check_stock",
        "└─ tool ship",
    ]

"""The words every message needs."""

from pytest_traces.wording import compose, count, nearest


def test_a_count_comes_with_its_noun():
    assert [count(number, "span") for number in (0, 1, 2, 1217)] == ["0 spans", "1 span", "2 spans", "1,217 spans"]
    assert [count(number, "retry", "retries") for number in (1, 3)] == ["1 retry", "3 retries"]


def test_a_message_has_a_headline_a_tree_and_a_hint():
    assert compose("h") == "h"
    assert compose("h", tree="agent a", hint="x") == "h\n\nagent a\n\nhint: x"


def test_the_nearest_known_name_is_offered():
    assert nearest("staus", ["status", "type"]) == "; did you mean 'status'?"
    assert nearest("zzz", ["status"]) == ""

"""The words every message needs."""

import pytest

from pytest_traces.wording import Suggesting, compose, count, nearest


def test_a_count_comes_with_its_noun():
    assert [count(number, "span") for number in (0, 1, 2, 1217)] == ["0 spans", "1 span", "2 spans", "1,217 spans"]
    assert [count(number, "retry", "retries") for number in (1, 3)] == ["1 retry", "3 retries"]


def test_a_message_has_a_headline_a_tree_and_a_hint():
    assert compose("h") == "h"
    assert compose("h", tree="agent a", hint="x") == "h\n\nagent a\n\nhint: x"


def test_the_nearest_known_name_is_offered():
    assert nearest("staus", ["status", "type"]) == "; did you mean 'status'?"
    assert nearest("zzz", ["status"]) == ""


@pytest.mark.parametrize(
    ("said", "known", "meant"),
    [
        ("failed", ["error", "success"], "error"),
        ("Failed", ["failed_before", "error"], "error"),
        ("duration", ["elapsed", "name"], "elapsed"),
        ("duration_ms", ["elapsed_ms", "depth"], "elapsed_ms"),
        ("tokens", ["total_tokens", "input_tokens"], "total_tokens"),
    ],
)
def test_the_words_of_other_tools_are_known(said, known, meant):
    assert nearest(said, known) == f"; did you mean {meant!r}?"


class Clock(Suggesting):
    elapsed = 5
    _hidden = 6


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("duration", "'Clock' object has no attribute 'duration'; did you mean 'elapsed'?"),
        ("elapsd", "'Clock' object has no attribute 'elapsd'; did you mean 'elapsed'?"),
        ("colour", "'Clock' object has no attribute 'colour'"),
    ],
)
def test_an_attribute_that_does_not_exist_is_told_with_the_nearest(name, told):
    with pytest.raises(AttributeError) as refused:
        getattr(Clock(), name)
    assert str(refused.value) == told
    assert not hasattr(Clock(), "_hiden")

"""Assertions of one's own, however they are written."""

from pytest_traces.assertions.expectations.soft import soft
from pytest_traces.assertions.expectations.subject import Subject
from pytest_traces.errors import Mismatch
from tests.assertions.reading import why


def an_own_subject():
    class Mine(Subject):
        assert_nothing = "no assertion"

        @staticmethod
        def assert_static(wanted):
            raise Mismatch(f"expected {wanted}")

        @classmethod
        def assert_of_class(cls, wanted):
            raise Mismatch(f"expected {wanted} of {cls.__name__}")

        @staticmethod
        def refuse():
            raise Mismatch("refused")

        @property
        def assert_property(self):
            return 5

    return Mine


def test_an_assertion_may_be_static_or_of_its_class():
    own = an_own_subject()
    for mine in (own, own()):
        assert why(mine.assert_static, "a") == "Mismatch: expected a"
        assert why(mine.assert_of_class, "a") == "Mismatch: expected a of Mine"


def test_a_soft_block_collects_from_both():
    own = an_own_subject()

    def block():
        with soft():
            own.assert_static("a")
            own().assert_of_class("b")

    assert [line for line in why(block).splitlines() if line.startswith("expected")] == [
        "expected a",
        "expected b of Mine",
    ]


def test_what_is_no_assertion_is_left_alone():
    own = an_own_subject()

    def block():
        with soft():
            own.refuse()
            own.assert_static("more")

    assert "more" not in why(block)
    assert (own.assert_nothing, own().assert_property) == ("no assertion", 5)

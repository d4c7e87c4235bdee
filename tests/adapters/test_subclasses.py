"""Watching the subclasses of a framework's class changes nothing else about them."""

from typing import Any

from pytest_traces.adapters.toolkit.patches import Patches
from pytest_traces.adapters.toolkit.subclasses import watch_subclasses


class Model:
    """A framework's class."""


class Registered:
    """A class of the program that hears of its subclasses."""

    def __init_subclass__(cls, **options: Any) -> None:
        cls.options = options


def loud(ask: Any) -> Any:
    return lambda model: ask(model).upper()


def test_a_subclass_that_is_defined_later_is_watched_and_its_other_bases_hear_of_it():
    with Patches() as made:
        watch_subclasses(made, Model, {"ask": loud})

        class Own(Model, Registered, color="red"):
            def ask(self) -> str:
                return "rain"

        assert (Own().ask(), Own.options) == ("RAIN", {"color": "red"})
    assert Own().ask() == "rain"
    assert "__init_subclass__" not in vars(Model)


def test_an_exempt_class_is_not_watched():
    class Own(Model):
        def ask(self) -> str:
            return "rain"

    with Patches() as made:
        watch_subclasses(made, Model, {"ask": loud}, unless=lambda kind: kind is Own)
        assert Own().ask() == "rain"

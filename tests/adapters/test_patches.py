"""What an adapter hooks into a framework runs beside it, and leaves no trace of itself when it is over."""

from typing import Any

import pytest

from pytest_traces.adapters.toolkit.patches import Patches


class Client:
    """A class of a framework."""

    def send(self, text: str) -> str:
        """Send a text."""
        return text.upper()

    @classmethod
    def init(cls) -> str:
        """Make a client."""
        return cls.__name__


def test_notes_before_and_after_a_call_change_nothing() -> None:
    noted: list[Any] = []
    with Patches() as made:
        made.before(Client, "send", lambda client, text: noted.append(text))
        made.after(Client, "init", lambda result, kind: noted.append((result, kind)))
        assert (Client().send(text="a"), Client.init()) == ("A", "Client")
    assert noted == ["a", ("Client", Client)]
    assert (Client().send("b"), Client.init(), len(noted)) == ("B", "Client", 2)


def test_two_notes_on_one_function_are_both_taken() -> None:
    noted: list[str] = []
    with Patches() as made:
        made.before(Client, "send", lambda client, text: noted.append("before"))
        made.after(Client, "send", lambda result, client, text: noted.append("after"))
        Client().send("a")
    assert noted == ["before", "after"]


def test_a_call_that_raised_is_not_noted_as_ended() -> None:
    noted: list[Any] = []
    with Patches() as made:
        made.after(Client, "send", lambda *told: noted.append(told))
        with pytest.raises(AttributeError):
            Client().send(None)  # type: ignore[arg-type]
    assert noted == []


def test_an_inner_session_notes_nothing_twice() -> None:
    noted: list[str] = []
    with Patches() as outer, Patches() as inner:
        outer.before(Client, "send", lambda client, text: noted.append("outer"))
        inner.before(Client, "send", lambda client, text: noted.append("inner"))
        Client().send("a")
    assert noted == ["outer"]


def test_a_hook_that_is_gone_is_an_attribute_error() -> None:
    with Patches() as made, pytest.raises(AttributeError, match="Client has no 'post'"):
        made.after(Client, "post", print)

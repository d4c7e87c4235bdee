"""What was called how often, in whatever order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pytest_traces.assertions.expectations.subject import Subject
from pytest_traces.assertions.queries.conditions import Conditions, as_conditions, label
from pytest_traces.assertions.queries.misspelt import refuse_slips
from pytest_traces.assertions.queries.scope import mismatch, point_out
from pytest_traces.assertions.queries.texts import Text, anything
from pytest_traces.errors import Mismatch, TracesError
from pytest_traces.model.span import Span
from pytest_traces.wording import count

if TYPE_CHECKING:
    from pytest_traces.assertions.selection import Selection

Counts = Mapping[Any, int]
"""How often each step: a name, a glob, a regex or a `call(...)`."""


class CallExpectations(Subject):
    """Expectations about which calls there were."""

    __slots__ = ()

    def assert_calls(
        self,
        exactly: Counts | None = None,
        /,
        *,
        at_least: Counts | None = None,
        at_most: Counts | None = None,
        only: Iterable[Any] | None = None,
    ) -> None:
        """Expect calls in any order, by how often; of a trace: of tools.

        A mapping alone says all there is: these counts and no other call. `at_least` and `at_most` bound some and
        let others be; `only` names all that may be called. A name that matches nothing fails, unless its count is 0.

        >>> trace.assert_calls({"geocode": 1, "get_weather": 1})
        >>> trace.assert_calls(at_least={"get_*": 1}, only=["get_*", "geocode"])
        """
        __tracebackhide__ = True
        about = self._about("tool")
        tally = _Tally(about)
        for counts, word in ((exactly, ""), (at_least, "at least "), (at_most, "at most ")):
            if counts is not None:
                tally.check(_read_counts(counts, word), word)
        if exactly is not None or only is not None:
            tally.allow_only([as_conditions(step) for step in (*(exactly or ()), *_read_names(only))])
        elif at_least is None and at_most is None:
            raise TracesError("assert_calls() needs counts, as in assert_calls({'geocode': 1})")
        if tally.faults:
            raise mismatch(about, tally.faults, "counts of calls are wrong", tally.notes)

    def assert_once(self, name: Text = anything, /, **conditions: Any) -> Span:
        """Expect exactly one span that matches, and return it.

        >>> trace.assert_once("get_weather", input={"city": "Paris"}).output
        {'temp': 21}
        """
        __tracebackhide__ = True
        _require_some(Conditions(name, conditions), "assert_once")
        return self._about().one(name, **conditions)

    def assert_never(self, name: Text = anything, /, **conditions: Any) -> None:
        """Expect no span that matches, in a trace that recorded something; of a trace: of any type.

        A name that is a slip of one that ran is refused, and so is any other slip in what is asked: of what is
        misspelt it proves nothing.

        >>> trace.assert_never("delete_*")
        """
        __tracebackhide__ = True
        asked = Conditions(name, conditions)
        _require_some(asked, "assert_never")
        about = self._some()
        found = about.find(name, **conditions)
        if found:
            count = f"found {len(found)}"
            raise Mismatch(f"expected no {asked.describe()}, {count}", tree=point_out(about, found, "must not run"))


class _Tally:
    """Counts calls and collects what is wrong."""

    def __init__(self, about: Selection) -> None:
        self._about = about
        self._tree = about._family.tree
        self.faults: list[str] = []
        self.notes: dict[str, str] = {}

    def check(self, counts: Sequence[tuple[Conditions, int]], word: str) -> None:
        """Hold each count against what ran."""
        for asked, number in counts:
            found = self._about._matching(asked)
            low = min(number, 1) if word == "at most " else number
            if low <= len(found) and (len(found) <= number or word == "at least "):
                if not found:
                    refuse_slips(asked, self._tree)
                continue
            why = "" if found else asked.miss(self._about, self._tree)
            wanted = f"{word}{count(number, 'call')} of {label(asked)}"
            if not found and word == "at most ":
                wanted = f"some call of {label(asked)}, {word}{number}"
            self.faults.append(f"expected {wanted}, found {len(found)}{why}")
            self.notes |= {span.call_id: str(at) for at, span in enumerate(found, 1)}

    def allow_only(self, allowed: Sequence[Conditions]) -> None:
        """Find calls of anything else."""
        expected = {span.call_id for asked in allowed for span in self._about._matching(asked)}
        others = [span for span in self._about if span.call_id not in expected]
        if others:
            names = ", ".join(map(label, allowed))
            called = ", ".join(map(repr, dict.fromkeys(span.name for span in others)))
            self.faults.append(f"expected only calls of {names}, found {called}")
            self.notes |= {span.call_id: "not expected" for span in others}


def _read_counts(counts: Counts, word: str) -> list[tuple[Conditions, int]]:
    if not isinstance(counts, Mapping):
        raise TracesError(f"counts are a mapping, as in {{'geocode': 1}}, got {counts!r}")
    if not counts:
        raise TracesError("counts must name at least one call; assert_never('*', type='tool') says that none was made")
    for step, number in counts.items():
        if isinstance(number, bool) or not isinstance(number, int) or number < 0:
            raise TracesError(f"a count is a whole number from 0, got {number!r} for {step!r}")
        if number == 0 and word == "at least ":
            raise TracesError(f"at least 0 calls of {step!r} holds of anything")
    return [(as_conditions(step), number) for step, number in counts.items()]


def _read_names(only: Iterable[Any] | None) -> list[Any]:
    if only is None:
        return []
    names = [only] if isinstance(only, (str, Conditions)) else list(only)
    if not names:
        raise TracesError("`only` must name at least one call; assert_never('*', type='tool') says that none was made")
    return names


def _require_some(asked: Conditions, assertion: str) -> None:
    if not len(asked):
        raise TracesError(f"{assertion}() needs a name or a condition: without one it is about anything")

"""What ran beside, under and after what."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations
from typing import TYPE_CHECKING, Any

from pytest_traces.analysis.ordering.causality import Causality
from pytest_traces.analysis.repeats import find_repeats
from pytest_traces.assertions.expectations.subject import Subject
from pytest_traces.assertions.queries.conditions import Conditions, as_conditions, label, show
from pytest_traces.assertions.queries.misspelt import refuse_slips
from pytest_traces.assertions.queries.scope import mismatch, point_out, required
from pytest_traces.assertions.queries.texts import Text, anything
from pytest_traces.drawing.text import brief
from pytest_traces.errors import Mismatch, TracesError
from pytest_traces.model.span import Span

if TYPE_CHECKING:
    from pytest_traces.assertions.selection import Selection


class FlowExpectations(Subject):
    """Expectations about how spans stand to one another."""

    __slots__ = ()

    def assert_parallel(self, *steps: Any) -> None:
        """Expect spans that ran side by side, one for each step, as in `trace.assert_parallel("geocode", "get_time")`.

        Overlap in time alone is luck and does not count.
        """
        __tracebackhide__ = True
        if len(steps) < 2:
            raise TracesError(f"assert_parallel() needs at least two steps, got {len(steps)}")
        asked = [as_conditions(step) for step in steps]
        about = self._some()
        found = [(one, tuple(required(about, one))) for one in asked]
        causality = Causality(about._family.tree)
        if _choose_beside([spans for _, spans in found], causality) is None:
            names = ", ".join(map(label, asked))
            raise Mismatch(
                f"expected {names} side by side, {_why_not(found, causality)}",
                tree=about._family.draw({span.call_id: "here" for _, spans in found for span in spans}),
            )

    def assert_nested(
        self, name: Text = anything, /, *, under: Span | Iterable[Span] | Text, **conditions: Any
    ) -> Selection:
        """Expect every span that matches, of which there must be one, somewhere under another; return them.

        `under` is a span, spans of which any will do, a name, or a type and a name.

        >>> trace.assert_nested("get_weather", under="agent weather").count
        1
        """
        __tracebackhide__ = True
        asked = Conditions(name, conditions)
        place = Conditions(anything, {"under": under})
        if not len(asked):
            raise TracesError("assert_nested() needs a name or a condition: without one it is about anything")
        about = self._some()
        found = required(about, asked)
        outside = [span for span in found if not place.holds(span, about._family.tree)]
        if outside:
            count = f"{len(outside)} of {len(found)}"
            headline = f"expected every {asked.describe()} under {show(under)}, {count} is elsewhere"
            raise Mismatch(
                headline.replace(" is ", " are ") if len(outside) > 1 else headline,
                tree=point_out(about, outside, "elsewhere"),
            )
        return found

    def assert_followed(self, *, when: Any, by: Any) -> Selection:
        """Expect that whenever one thing happened, another came after it; return what happened.

        Where `when` did not happen there is nothing to follow, and the selection returned is empty.

        >>> trace.assert_followed(when="delete_user", by="write_audit_log").count
        0
        """
        __tracebackhide__ = True
        first, second = as_conditions(when), as_conditions(by)
        about = self._some()
        tree = about._family.tree
        happened, answers = about._matching(first), about._matching(second)
        if not happened:
            refuse_slips(first, tree)
        causality = Causality(tree)
        alone = [span for span in happened if not any(causality.follows(span, answer) for answer in answers)]
        if alone:
            came = "it never came" if not answers else "it did not come after that"
            headline = f"expected {label(second)} after every {label(first)}, {came}"
            raise Mismatch(headline, tree=point_out(about, alone, f"not followed by {label(second)}"))
        return about._family.select(happened)

    def assert_no_loops(self, *, at_most: int = 1) -> None:
        """Expect no call with the same arguments again under one agent; of a trace: of tools.

        What is tried again because it failed is a retry, and no loop.
        """
        __tracebackhide__ = True
        if isinstance(at_most, bool) or not isinstance(at_most, int) or at_most < 1:
            raise TracesError(f"at_most is a whole number from 1, got {at_most!r}")
        about = self._some("tool")
        groups = [group for group in find_repeats(about, about._family.tree) if len(group) > at_most]
        if groups:
            faults = [_loop(group) for group in groups]
            notes = {span.call_id: str(number) for group in groups for number, span in enumerate(group, 1)}
            raise mismatch(about, faults, "calls were made again and again", notes)


def _choose_beside(found: Sequence[Sequence[Span]], causality: Causality) -> tuple[Span, ...] | None:
    """Choose one span for each step so that all ran side by side."""
    chosen: list[tuple[Span, ...]] = [()]
    for spans in found:
        chosen = [
            (*some, span) for some in chosen for span in spans if all(causality.side_by_side(one, span) for one in some)
        ]
    return chosen[0] if chosen else None


def _why_not(found: Sequence[tuple[Conditions, Sequence[Span]]], causality: Causality) -> str:
    for (one, spans), (other, others) in combinations(found, 2):
        if label(one) == label(other) and len({span.call_id for span in (*spans, *others)}) == 1:
            return f"{label(one)} ran only once"
        if _choose_beside([spans, others], causality) is None:
            first, second = (one, other) if spans[0].t0 <= others[0].t0 else (other, one)
            return f"{label(second)} began after {label(first)}"
    return "they did not all run at the same time"


def _loop(group: Sequence[Span]) -> str:
    call, *_ = group
    name = repr(call.name)
    if call.input is None:
        return f"expected to tell {len(group)} calls of {name} apart, their input was not captured"
    return f"expected no call of {name} with the same input again, found {len(group)} with {brief(call.input)}"

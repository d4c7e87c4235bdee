"""Every assertion there is, on one page: what can be expected of a trace, and of any selection of its spans."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Unpack

from pytest_traces.assertions.expectations.budgets import Budget, check_budget
from pytest_traces.assertions.expectations.calls import Counts, check_calls, check_never, check_once
from pytest_traces.assertions.expectations.dataflow import check_fed_back, check_received
from pytest_traces.assertions.expectations.flow import check_followed, check_nested, check_no_loops, check_parallel
from pytest_traces.assertions.expectations.health import (
    check_closed,
    check_no_errors,
    check_no_retries,
    check_no_skips,
    check_no_unknown_tools,
    check_skipped,
)
from pytest_traces.assertions.expectations.soft import softened
from pytest_traces.assertions.expectations.streams import check_first_chunk, check_streams_ended
from pytest_traces.assertions.queries.conditions import Conditions, as_conditions
from pytest_traces.assertions.queries.matching.texts import Text, anything
from pytest_traces.assertions.sequences.reading import check_sequence
from pytest_traces.assertions.subject import Many, One, Subject
from pytest_traces.model.span import SpanData


class Expectations(Subject[One, Many]):
    """The vocabulary: `assert_sequence`, `assert_calls`, `assert_budget` and the others.

    In a soft block the `softened` ones note what fails; those that return spans end the block, as a query does.
    """

    __slots__ = ()

    @softened
    def assert_sequence(self, *steps: Any) -> None:
        """Expect exactly these calls in this order; of a trace: of tools.

        A step is a name, a glob, a regex or a `call(...)` with conditions, `...` is any calls or none; the rest is
        said with `parallel`, `either`, `repeat` and `optional`. Order is causal: concurrent calls are not in
        sequence, however they were scheduled.

        >>> trace.assert_sequence("geocode", ..., "get_*")
        """
        __tracebackhide__ = True
        check_sequence(self._scope("tool"), steps)

    @softened
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
        check_calls(self._scope("tool"), exactly, at_least=at_least, at_most=at_most, only=only)

    def assert_once(self, name: Text = anything, /, **conditions: Any) -> One:
        """Expect exactly one span that matches, and return it.

        >>> trace.assert_once("get_weather", input={"city": "Paris"}).output
        {'temp': 21}
        """
        __tracebackhide__ = True
        look = self._look()
        return look.span(check_once(look.scope, Conditions(name, conditions)))

    @softened
    def assert_never(self, name: Text = anything, /, **conditions: Any) -> None:
        """Expect no span that matches, in a trace that recorded something; of a trace: of any type.

        A misspelt name of a span that ran is refused, and so is any other misspelt condition: it proves nothing.

        >>> trace.assert_never("delete_*")
        """
        __tracebackhide__ = True
        check_never(self._scope(), Conditions(name, conditions))

    @softened
    def assert_parallel(self, *steps: Any) -> None:
        """Expect concurrent spans, one for each step, as in `trace.assert_parallel("geocode", "get_time")`.

        Overlap in time alone is luck and does not count.
        """
        __tracebackhide__ = True
        check_parallel(self._scope(), steps)

    def assert_nested(
        self, name: Text = anything, /, *, under: SpanData | Iterable[SpanData] | Text, **conditions: Any
    ) -> Many:
        """Expect every span that matches, of which there must be one, somewhere under another; return them.

        `under` is a span, spans of which any will do, a name, or a type and a name.

        >>> trace.assert_nested("get_weather", under="agent weather").count
        1
        """
        __tracebackhide__ = True
        look = self._look()
        return look.select(check_nested(look.scope, Conditions(name, conditions), under))

    def assert_followed(self, *, when: Any, by: Any) -> Many:
        """Expect that whenever one thing happened, another came after it; return what happened.

        If `when` did not happen there is nothing to follow, and the selection returned is empty.

        >>> trace.assert_followed(when="delete_user", by="write_audit_log").count
        0
        """
        __tracebackhide__ = True
        look = self._look()
        return look.select(check_followed(look.scope, as_conditions(when), as_conditions(by)))

    @softened
    def assert_no_loops(self, *, at_most: int = 1) -> None:
        """Expect no call with the same arguments again under one agent; of a trace: of tools.

        A call that is tried again because it failed is a retry, and no loop.
        """
        __tracebackhide__ = True
        check_no_loops(self._scope("tool"), at_most)

    @softened
    def assert_received(self, step: Any, /, *, output_of: Any) -> None:
        """Expect every call of a step to have received something that an earlier call of another one returned.

        Evidence is a value that was new in that output, and telling: a text, or a number of some digits.

        As in `trace.assert_received("get_weather", output_of="geocode")`.
        """
        __tracebackhide__ = True
        check_received(self._scope(), as_conditions(step), as_conditions(output_of))

    @softened
    def assert_fed_back(self, step: Any, /) -> None:
        """Expect the result of every call that succeeded in the input of a later model call.

        Evidence is all that was new in the result and is telling; of a result without any, the whole of it,
        once more than before.

        As in `trace.assert_fed_back("get_weather")`.
        """
        __tracebackhide__ = True
        check_fed_back(self._scope(), as_conditions(step))

    @softened
    def assert_no_errors(self, name: Text = anything, /, **conditions: Any) -> None:
        """Expect that every span, or every one that matches, ended without error, timeout or block.

        A cancelled run was cut off and counts too; a cancelled step within a run does not.

        >>> trace.assert_no_errors()
        >>> trace.assert_no_errors("get_*", type="tool")
        """
        __tracebackhide__ = True
        check_no_errors(self._scope(), Conditions(name, conditions))

    @softened
    def assert_no_retries(self, name: Text = anything, /, **conditions: Any) -> None:
        """Expect that nothing was tried again, or nothing that matches: `trace.assert_no_retries("get_weather")`."""
        __tracebackhide__ = True
        check_no_retries(self._scope(), Conditions(name, conditions))

    @softened
    def assert_closed(self, name: Text = anything, /, **conditions: Any) -> None:
        """Expect that every span, or every one that matches, has ended.

        >>> trace.assert_closed()
        """
        __tracebackhide__ = True
        check_closed(self._scope(), Conditions(name, conditions))

    @softened
    def assert_no_unknown_tools(self) -> None:
        """Expect that no model asked for a tool that does not exist.

        >>> trace.assert_no_unknown_tools()
        """
        __tracebackhide__ = True
        check_no_unknown_tools(self._scope())

    @softened
    def assert_no_skips(self) -> None:
        """Expect that no step of a workflow was skipped.

        >>> trace.assert_no_skips()
        """
        __tracebackhide__ = True
        check_no_skips(self._scope())

    @softened
    def assert_skipped(self, *names: str) -> None:
        """Expect that these steps of a workflow were skipped, as in `trace.assert_skipped("notify")`."""
        __tracebackhide__ = True
        check_skipped(self._scope(), names)

    @softened
    def assert_streams_ended(self, name: Text = anything, /, **conditions: Any) -> None:
        """Expect that every stream was read to its end, as in `trace.assert_streams_ended("gpt-*")`."""
        __tracebackhide__ = True
        check_streams_ended(self._scope(), Conditions(name, conditions))

    @softened
    def assert_first_chunk(self, name: Text = anything, /, *, within_ms: float, **conditions: Any) -> None:
        """Expect that each stream gave its first piece in time, as in `trace.assert_first_chunk(within_ms=500)`.

        Of spans that are asked for by name or condition each must have given one.
        """
        __tracebackhide__ = True
        check_first_chunk(self._scope(), Conditions(name, conditions), within_ms)

    @softened
    def assert_budget(self, **limits: Unpack[Budget]) -> None:
        """Expect that nothing exceeds its limit; everything that does is named.

        What was never recorded is over budget: unknown is not zero.

        >>> trace.assert_budget(total_tokens=2_000, cost_usd=0.01, elapsed_ms=3_000, llm_calls=3)
        """
        __tracebackhide__ = True
        check_budget(self._scope(), limits)

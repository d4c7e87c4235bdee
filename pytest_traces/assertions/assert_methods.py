"""Every assertion on a trace, and on a selection of its spans, on one page."""

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
    """The assertions: `assert_sequence`, `assert_calls`, `assert_budget` and the others.

    A soft block collects the failures of the `softened` ones; the others return spans and end the block, as queries do.
    """

    __slots__ = ()

    @softened
    def assert_sequence(self, *steps: Any) -> None:
        """Expect exactly these calls in this order; on a trace, tool calls alone.

        A step is a name, a glob, a regex or a `call(...)` with conditions. `...` stands for any calls or none;
        `parallel`, `either`, `repeat` and `optional` combine steps. Order is causal: concurrent calls are not in
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
        """Expect numbers of calls, in any order; on a trace, tool calls alone.

        A mapping alone is complete: these counts, and no other call. `at_least` and `at_most` bound the named calls and
        allow others; `only` names every allowed call. A name that matches nothing fails, unless its count is 0.

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
        """Expect no span that matches; on a trace, spans of every type count. An empty trace fails.

        A misspelt name or condition raises `TracesError`: that it matches nothing is no evidence.

        >>> trace.assert_never("delete_*")
        """
        __tracebackhide__ = True
        check_never(self._scope(), Conditions(name, conditions))

    @softened
    def assert_parallel(self, *steps: Any) -> None:
        """Expect concurrent spans, one for each step, as in `trace.assert_parallel("geocode", "get_time")`.

        Overlap in time alone does not count: it depends on luck.
        """
        __tracebackhide__ = True
        check_parallel(self._scope(), steps)

    def assert_nested(
        self, name: Text = anything, /, *, under: SpanData | Iterable[SpanData] | Text, **conditions: Any
    ) -> Many:
        """Expect every span that matches below another one, at any depth; return them. At least one must match.

        `under` is a span, several spans of which any may be the ancestor, a name, or a type and a name.

        >>> trace.assert_nested("get_weather", under="agent weather").count
        1
        """
        __tracebackhide__ = True
        look = self._look()
        return look.select(check_nested(look.scope, Conditions(name, conditions), under))

    def assert_followed(self, *, when: Any, by: Any) -> Many:
        """Expect a span that matches `by` after each one that matches `when`; return the latter.

        If no span matches `when`, the assertion passes and returns an empty selection.

        >>> trace.assert_followed(when="delete_user", by="write_audit_log").count
        0
        """
        __tracebackhide__ = True
        look = self._look()
        return look.select(check_followed(look.scope, as_conditions(when), as_conditions(by)))

    @softened
    def assert_no_loops(self, *, at_most: int = 1) -> None:
        """Expect no repeated call with equal arguments under one agent; on a trace, tool calls alone.

        A call that is repeated because it failed is a retry and no loop.
        """
        __tracebackhide__ = True
        check_no_loops(self._scope("tool"), at_most)

    @softened
    def assert_received(self, step: Any, /, *, output_of: Any) -> None:
        """Expect in the input of every call of a step a value that an earlier call of another step returned.

        The value must be new in that output, and telling: a text, or a number of several digits.

        As in `trace.assert_received("get_weather", output_of="geocode")`.
        """
        __tracebackhide__ = True
        check_received(self._scope(), as_conditions(step), as_conditions(output_of))

    @softened
    def assert_fed_back(self, step: Any, /) -> None:
        """Expect the result of every call that succeeded in the input of a later model call.

        All telling values that are new in the result must be there; of a result without any, the whole result must be
        there once more than before.

        As in `trace.assert_fed_back("get_weather")`.
        """
        __tracebackhide__ = True
        check_fed_back(self._scope(), as_conditions(step))

    @softened
    def assert_no_errors(self, name: Text = anything, /, **conditions: Any) -> None:
        """Expect that every span, or every one that matches, ended without error, timeout or block.

        A cancelled run counts as a failure; a cancelled step within a run does not.

        >>> trace.assert_no_errors()
        >>> trace.assert_no_errors("get_*", type="tool")
        """
        __tracebackhide__ = True
        check_no_errors(self._scope(), Conditions(name, conditions))

    @softened
    def assert_no_retries(self, name: Text = anything, /, **conditions: Any) -> None:
        """Expect that no span, or none that matches, was retried: `trace.assert_no_retries("get_weather")`."""
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

        Every span that matches a given name or condition must have streamed a piece.
        """
        __tracebackhide__ = True
        check_first_chunk(self._scope(), Conditions(name, conditions), within_ms)

    @softened
    def assert_budget(self, **limits: Unpack[Budget]) -> None:
        """Expect that no figure exceeds its limit; the message names every one that does.

        A figure that was not recorded fails: unknown is not zero.

        >>> trace.assert_budget(total_tokens=2_000, cost_usd=0.01, elapsed_ms=3_000, llm_calls=3)
        """
        __tracebackhide__ = True
        check_budget(self._scope(), limits)

"""Whether anything went wrong, was left open, or was passed over."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pytest_traces.analysis.problems import skipped_steps, unknown_tools
from pytest_traces.analysis.retries import find_retries
from pytest_traces.assertions.expectations.subject import Subject
from pytest_traces.assertions.queries.conditions import Conditions
from pytest_traces.assertions.queries.scope import names_of, point_out, required
from pytest_traces.assertions.queries.texts import Text, anything
from pytest_traces.errors import Mismatch, TracesError
from pytest_traces.model.run import Retry
from pytest_traces.model.span import Span


class HealthExpectations(Subject):
    """Expectations that something did not happen, in a trace where it could have."""

    __slots__ = ()

    def assert_no_errors(self, name: Text = anything, /, **conditions: Any) -> None:
        """Expect that every span, or every one that matches, ended without error, timeout or block.

        A run that was cancelled was cut off and counts too; a cancelled step within a run does not.

        >>> trace.assert_no_errors()
        >>> trace.assert_no_errors("get_*", type="tool")
        """
        __tracebackhide__ = True
        about = self._some()
        judged = required(about, Conditions(name, conditions))
        failed = [span for span in judged if span.failed]
        runs = {root.call_id for root in about._family.tree.roots if root.status == "cancelled" and not root.failed}
        cut_off = [span for span in judged if span.call_id in runs]
        if failed or cut_off:
            notes = dict.fromkeys((span.call_id for span in cut_off), "cancelled")
            notes |= dict.fromkeys((span.call_id for span in failed), "failed")
            headline = f"expected no errors, {_what_went_wrong(failed, cut_off)}"
            raise Mismatch(headline, tree=about._family.draw(notes))

    def assert_no_retries(self, name: Text = anything, /, **conditions: Any) -> None:
        """Expect that nothing was tried again, or nothing that matches: `trace.assert_no_retries("get_weather")`."""
        __tracebackhide__ = True
        about = self._some()
        judged = {span.call_id for span in required(about, Conditions(name, conditions))}
        retries = find_retries(about._family.tree, about._family.retry_rule)
        retried = [retry for retry in retries if any(span.call_id in judged for span in retry.spans)]
        if retried:
            notes = {span.call_id: f"attempt {at}" for retry in retried for at, span in enumerate(retry.spans, 1)}
            listed = ", ".join(map(_describe, retried))
            raise Mismatch(f"expected no retries, found {listed}", tree=about._family.draw(notes))

    def assert_closed(self, name: Text = anything, /, **conditions: Any) -> None:
        """Expect that every span, or every one that matches, has ended.

        >>> trace.assert_closed()
        """
        __tracebackhide__ = True
        about = self._some()
        running = [span for span in required(about, Conditions(name, conditions)) if span.status == "running"]
        if running:
            verb = "still runs" if len(running) == 1 else "still run"
            raise Mismatch(
                f"expected every span to have ended, {names_of(running)} {verb}",
                tree=point_out(about, running, verb),
                hint="trace.wait_for(...) waits for a span to end",
            )

    def assert_no_unknown_tools(self) -> None:
        """Expect that no model asked for a tool that does not exist.

        >>> trace.assert_no_unknown_tools()
        """
        __tracebackhide__ = True
        about = self._some()
        unknown = unknown_tools(about)
        if unknown:
            headline = f"expected only known tools, the model asked for {names_of(unknown)}"
            raise Mismatch(headline, tree=point_out(about, unknown, "unknown"))

    def assert_no_skips(self) -> None:
        """Expect that no step of a workflow was skipped.

        >>> trace.assert_no_skips()
        """
        __tracebackhide__ = True
        family = self._some()._family
        skipped = skipped_steps(family.tree)
        if skipped:
            names = ", ".join(repr(name) for _, name in skipped)
            notes = {span.call_id: f"skipped {name!r}" for span, name in skipped}
            raise Mismatch(f"expected no step to be skipped, found {names}", tree=family.draw(notes))

    def assert_skipped(self, *names: str) -> None:
        """Expect that these steps of a workflow were skipped, as in `trace.assert_skipped("notify")`."""
        __tracebackhide__ = True
        if not names or not all(isinstance(name, str) and name for name in names):
            raise TracesError(f"assert_skipped() needs names of steps, got {names!r}")
        about = self._some()
        skipped = [name for _, name in skipped_steps(about._family.tree)]
        missing = [name for name in names if name not in skipped]
        if missing:
            found = ", ".join(map(repr, skipped)) or "none"
            ran = [span for span in about._family.tree.spans if span.name in missing]
            headline = f"expected {', '.join(map(repr, missing))} to be skipped, found {found}"
            raise Mismatch(headline, tree=point_out(about, ran, "it ran"))


def _what_went_wrong(failed: Sequence[Span], cut_off: Sequence[Span]) -> str:
    """Name the first of each, and count the others."""
    more = f" and {len(failed) + len(cut_off) - 1} more" if len(failed) + len(cut_off) > 1 else ""
    if failed:
        return f"{failed[0].name!r}{more} failed: {failed[0].error or failed[0].status}"
    return f"{cut_off[0].name!r}{more} {'were' if more else 'was'} cancelled"


def _describe(retry: Retry) -> str:
    outcome = "recovered" if retry.recovered else "gave up"
    why = f", {retry.errors[0]}" if retry.errors else ""
    return f"{retry.name!r} ({retry.attempts} attempts, {outcome}{why})"

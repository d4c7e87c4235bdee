"""Expectations on failures, retries, open spans, unknown tools and skipped steps."""

from __future__ import annotations

from collections.abc import Sequence

from pytest_traces.analysis.health.problems import skipped_steps, unknown_tools
from pytest_traces.analysis.health.retries import Attempts, find_retries
from pytest_traces.assertions.expectations.faults import names_of, require_spans
from pytest_traces.assertions.queries.conditions import Conditions
from pytest_traces.assertions.queries.scope import Scope
from pytest_traces.errors import Mismatch, TracesError
from pytest_traces.model.span import SpanData


def check_no_errors(scope: Scope, asked: Conditions) -> None:
    """Fail if a span that matches failed, or is the root of a cancelled run."""
    __tracebackhide__ = True
    require_spans(scope)
    judged = scope.required(asked)
    failed = [span for span in judged if span.failed]
    runs = {root.call_id for root in scope.tree.roots if root.status == "cancelled" and not root.failed}
    cut_off = [span for span in judged if span.call_id in runs]
    if failed or cut_off:
        notes = dict.fromkeys((span.call_id for span in cut_off), "cancelled")
        notes |= dict.fromkeys((span.call_id for span in failed), "failed")
        raise Mismatch(f"expected no errors, {_what_went_wrong(failed, cut_off)}", tree=scope.draw(notes))


def check_no_retries(scope: Scope, asked: Conditions) -> None:
    """Fail if a span that matches is an attempt of a retried operation."""
    __tracebackhide__ = True
    require_spans(scope)
    judged = {span.call_id for span in scope.required(asked)}
    retries = find_retries(scope.tree, scope.retry_rule)
    retried = [retry for retry in retries if any(span.call_id in judged for span in retry.spans)]
    if retried:
        notes = {span.call_id: f"attempt {at}" for retry in retried for at, span in enumerate(retry.spans, 1)}
        listed = ", ".join(map(_describe, retried))
        raise Mismatch(f"expected no retries, found {listed}", tree=scope.draw(notes))


def check_closed(scope: Scope, asked: Conditions) -> None:
    """Fail if a span that matches still runs."""
    __tracebackhide__ = True
    require_spans(scope)
    running = [span for span in scope.required(asked) if span.status == "running"]
    if running:
        verb = "still runs" if len(running) == 1 else "still run"
        headline = f"expected every span to have ended, {names_of(running)} {verb}"
        hint = "trace.wait_for(...) waits for a span to end"
        raise Mismatch(headline, tree=scope.point_out(running, verb), hint=hint)


def check_no_unknown_tools(scope: Scope) -> None:
    """Fail if a model asked for a tool that does not exist."""
    __tracebackhide__ = True
    require_spans(scope)
    unknown = unknown_tools(scope.spans)
    if unknown:
        headline = f"expected only known tools, the model asked for {names_of(unknown)}"
        raise Mismatch(headline, tree=scope.point_out(unknown, "unknown"))


def check_no_skips(scope: Scope) -> None:
    """Fail if a workflow skipped a step."""
    __tracebackhide__ = True
    require_spans(scope)
    skipped = skipped_steps(scope.tree)
    if skipped:
        names = ", ".join(repr(name) for _, name in skipped)
        notes = {span.call_id: f"skipped {name!r}" for span, name in skipped}
        raise Mismatch(f"expected no step to be skipped, found {names}", tree=scope.draw(notes))


def check_skipped(scope: Scope, names: Sequence[str]) -> None:
    """Fail if no workflow skipped a step of one of these names."""
    __tracebackhide__ = True
    if not names or not all(isinstance(name, str) and name for name in names):
        raise TracesError(f"assert_skipped() needs names of steps, got {names!r}")
    require_spans(scope)
    skipped = [name for _, name in skipped_steps(scope.tree)]
    missing = [name for name in names if name not in skipped]
    if missing:
        found = ", ".join(map(repr, skipped)) or "none"
        ran = [span for span in scope.tree.spans if span.name in missing]
        headline = f"expected {', '.join(map(repr, missing))} to be skipped, found {found}"
        raise Mismatch(headline, tree=scope.point_out(ran, "it ran"))


def _what_went_wrong(failed: Sequence[SpanData], cut_off: Sequence[SpanData]) -> str:
    """Name the first span of each error, and count the others."""
    more = f" and {len(failed) + len(cut_off) - 1} more" if len(failed) + len(cut_off) > 1 else ""
    if failed:
        return f"{failed[0].name!r}{more} failed: {failed[0].error or failed[0].status}"
    return f"{cut_off[0].name!r}{more} {'were' if more else 'was'} cancelled"


def _describe(retry: Attempts) -> str:
    outcome = "recovered" if retry.recovered else "gave up"
    why = f", {retry.errors[0]}" if retry.errors else ""
    return f"{retry.name!r} ({retry.attempts} attempts, {outcome}{why})"

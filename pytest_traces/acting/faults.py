"""Checks after the run of a program that every act took as many calls as it says."""

from __future__ import annotations

from collections.abc import Iterator

from pytest_traces.acting.act import Act
from pytest_traces.acting.acts import RecordedActs
from pytest_traces.analysis.ordering.causality import Causality
from pytest_traces.assertions.queries.scope import Scope
from pytest_traces.errors import EmptyTrace, ExpectationError, Mismatch, SpanNotFound, TracesError
from pytest_traces.model.span import SpanData
from pytest_traces.runtime.effects import Responds
from pytest_traces.wording import count


def faults_of(acts: RecordedActs, scope: Scope) -> Iterator[ExpectationError | TracesError]:
    """Yield the faults: an act is unfinished or impossible, took too few calls, or took one of several by luck."""
    made, refused = acts.take_unjudged()
    for act in made:
        if act.effect is None:
            yield TracesError(f"{act} does nothing: say what happens, as in .raises(TimeoutError())")
    yield from refused
    finished = [act for act in made if act.effect is not None]
    if finished and not scope.tree.spans:
        yield EmptyTrace(f"{finished[0]} had nothing to act on: nothing was recorded", tree=scope.why_empty())
        return
    for act in finished:
        for judge in (_unreachable, _unspent, _by_luck):
            fault = judge(act, acts, scope)
            if fault is not None:
                yield fault
                break


def _unreachable(act: Act, acts: RecordedActs, scope: Scope) -> Mismatch | None:
    """Find matching calls in place of which nothing can happen."""
    reached = acts.requested if isinstance(act.effect, Responds) else acts.asked
    taken = [scope.tree.by_id[one.call_id] for one in act.matched if one.taken and one.call_id in scope.tree.by_id]
    is_spent = act.times is not None and act.taken >= act.times
    last = max((span.t0 for span in taken), default=None) if is_spent else None
    meant = [span for span in _matching(act, scope) if last is None or span.t0 < last]
    missed = [span for span in meant if span.call_id not in reached]
    missed += [span for span in taken if span.call_id in acts.promised]
    if not missed:
        return None
    first = missed[0]
    is_on_the_wire = isinstance(act.effect, Responds) or first.call_id in acts.promised
    what = "no request of an SDK was seen" if is_on_the_wire else "it is only observed"
    headline = f"{act} can't act on {first.type} {first.name!r}: {what} by {first.source!r}"
    hint = "returns() sets the value of a function of the program" if first.call_id in acts.promised else ""
    return Mismatch(headline, tree=scope.point_out(missed, "could not be acted on"), hint=hint)


def _unspent(act: Act, acts: RecordedActs, scope: Scope) -> ExpectationError | None:
    """Return the fault of an act that met fewer calls than it says."""
    wanted = 1 if act.times is None else act.times
    if act.taken >= wanted:
        return None
    asked = act.asked.describe("call")
    if not act.matched:
        return _never_met(act, asked, acts, scope)
    often = "" if wanted == 1 else f"{count(wanted, 'time')} "
    beyond = f" after the first {'call' if act.after == 1 else count(act.after, 'call')}" if act.after else ""
    headline = f"expected to act {often}on {asked}{beyond}: found {len(act.matched)}, acted on {act.taken}"
    return SpanNotFound(headline, tree=_drawn(act, scope), hint=f"{act} is not spent")


def _never_met(act: Act, asked: str, acts: RecordedActs, scope: Scope) -> ExpectationError:
    """Return why an act took no call: it was defined too late, its condition was unknown, or no call matched."""
    late = [span for span in _matching(act, scope) if span.call_id in acts.asked]
    if late:
        headline = f"expected to act on {asked}, but its condition was not known before the call ran"
        return SpanNotFound(headline, tree=scope.point_out(late, "this one, too late"), hint=f"of {act}")
    earlier = [span for span in scope.tree.spans if _is_earlier(span, act) and act.asked.holds(span, scope.tree)]
    if earlier:
        headline = f"expected to act on {asked}, but it ran before the act was made"
        return SpanNotFound(headline, tree=scope.point_out(earlier, "ran before"), hint=f"{act} never took a call")
    headline = f"expected to act on {asked}, found 0{act.asked.miss(scope.spans, scope.tree)}"
    return SpanNotFound(headline, tree=scope.draw(scope.nearest_miss(act.asked)), hint=f"{act} never took a call")


def _by_luck(act: Act, acts: RecordedActs, scope: Scope) -> Mismatch | None:
    """Find a call that was taken although a concurrent one also matched."""
    if act.by_luck:
        return None
    by_id = scope.tree.by_id
    taken = {one.call_id: by_id[one.call_id] for one in act.matched if one.taken and one.call_id in by_id}
    left = [by_id[one.call_id] for one in act.matched if one.call_id in by_id and one.call_id not in taken]
    if not left:
        return None
    causality = Causality(scope.tree)
    beside = [other for other in left if any(causality.side_by_side(span, other) for span in taken.values())]
    if not beside:
        return None
    says = "input=..." if any(span.input is not None for span in beside) else "under=..."
    headline = f"{act} took one of {count(len(beside) + 1, 'concurrent call')} by luck; say which: {says}"
    notes = dict.fromkeys(taken, "taken") | {span.call_id: "concurrent, not taken" for span in beside}
    return Mismatch(headline, tree=scope.draw(notes))


def _matching(act: Act, scope: Scope) -> list[SpanData]:
    """Return the matching calls that began after the act was defined."""
    spans = scope.tree.spans
    return [span for span in spans if not _is_earlier(span, act) and act.asked.holds(span, scope.tree)]


def _is_earlier(span: SpanData, act: Act) -> bool:
    return span.stamp is not None and span.stamp.started < act.made


def _drawn(act: Act, scope: Scope) -> str:
    return scope.draw({one.call_id: "taken" if one.taken else "skipped" for one in act.matched})

"""What became of a result: which call received it, whether the model saw it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from pytest_traces.analysis.ordering.causality import Causality
from pytest_traces.analysis.values import holds, mentions, telling
from pytest_traces.assertions.expectations.flow import FlowExpectations
from pytest_traces.assertions.queries.conditions import Conditions, as_conditions, label
from pytest_traces.assertions.queries.scope import point_out, required
from pytest_traces.drawing.text import brief
from pytest_traces.errors import Mismatch
from pytest_traces.model.span import Span

if TYPE_CHECKING:
    from pytest_traces.assertions.selection import Selection


class DataFlowExpectations(FlowExpectations):
    """Expectations about where values went."""

    __slots__ = ()

    def assert_received(self, step: Any, /, *, output_of: Any) -> None:
        """Expect every call of a step to have received something that an earlier call of another one returned.

        Evidence is a value that was new in that output, and telling: a text, or a number of some digits.

        As in `trace.assert_received("get_weather", output_of="geocode")`.
        """
        __tracebackhide__ = True
        asked, source = as_conditions(step), as_conditions(output_of)
        about = self._some()
        receivers, sources = required(about, asked), [one for one in required(about, source) if not one.failed]
        _require_values(about, "input", asked, receivers)
        _require_values(about, "output", source, sources)
        causality = Causality(about._family.tree)
        for span in receivers:
            earlier = [one for one in sources if causality.precedes(one, span)]
            if not any(_received(about, span, one) for one in earlier):
                fact = f"it received {brief(span.input, 60)}" if earlier else "none returned before it began"
                notes = {one.call_id: f"returned {brief(one.output, 60)}" for one in sources}
                headline = f"expected {label(asked)} to receive what {label(source)} returned, {fact}"
                raise Mismatch(headline, tree=about._family.draw(notes | {span.call_id: "received nothing of it"}))

    def assert_fed_back(self, step: Any, /) -> None:
        """Expect the result of every call that succeeded in the input of a later model call.

        Evidence is all that was new in the result and is telling; of a result without any, the whole of it,
        once more than before.

        As in `trace.assert_fed_back("get_weather")`.
        """
        __tracebackhide__ = True
        asked = as_conditions(step)
        about = self._some()
        calls = [span for span in required(about, asked) if not span.failed]
        if not calls:
            raise Mismatch(
                f"expected {label(asked)} to be fed back, every call of it failed", tree=about._family.draw()
            )
        _require_values(about, "output", asked, calls)
        causality = Causality(about._family.tree)
        models = [span for span in about._family.tree.spans if span.type == "llm"]
        for call in calls:
            later = [model for model in models if causality.precedes(call, model)]
            if later and all(model.input is None for model in later):
                _require_values(about, "input", Conditions(later[0].name), later)
            if not any(map(_evidence(about, call, causality), later)):
                fact = f"none of {len(later)} later ones did" if later else "none came after it"
                headline = f"expected a later model call to see what {label(asked)} returned, {fact}"
                note = f"returned {brief(call.output, 60)}"
                raise Mismatch(headline, tree=about._family.draw({call.call_id: note}))


def _received(about: Selection, span: Span, source: Span) -> bool:
    """Look for a telling value that was not there before the source ran."""
    fresh = _fresh(about, source, [])
    if not fresh:
        hint = "a value that was there before, a single letter or a small number is no evidence"
        raise _cannot_be_followed(about, source, "nothing new and telling", hint)
    return any(holds(span.input, value) for value in fresh)


def _evidence(about: Selection, call: Span, causality: Causality) -> Callable[[Span], bool]:
    """Return what tells whether a model call saw a result: a prompt repeats much that earlier ones held."""
    if call.output in ("", [], {}) or str(call.output).isspace():
        raise _cannot_be_followed(about, call, "nothing in it", "nobody can tell whether a model saw an empty result")
    models = [span for span in about._family.tree.spans if span.type == "llm" and causality.follows(span, call)]
    fresh = _fresh(about, call, [[model.input, model.output] for model in models])
    if fresh:
        return lambda model: all(holds(model.input, value) for value in fresh)
    before = max(mentions([model.input, model.output], call.output) for model in models) if models else 0
    return lambda model: mentions(model.input, call.output) > before


def _fresh(about: Selection, source: Span, before: Sequence[Any]) -> list[Any]:
    """Return what is telling in an output and was in none of the inputs that led to it."""
    known = [*before, *(one.input for one in (source, *about._family.tree.ancestors(source)))]
    return [value for value in telling(source.output) if not holds(known, value)]


def _cannot_be_followed(about: Selection, source: Span, note: str, hint: str) -> Mismatch:
    headline = f"expected {source.name!r} to return something that can be followed, got {brief(source.output)}"
    return Mismatch(headline, tree=about._family.draw({source.call_id: note}), hint=hint)


def _require_values(about: Selection, word: str, asked: Conditions, spans: Iterable[Span]) -> None:
    """Fail where values were not captured: nothing can be said about them."""
    unseen = [span for span in spans if getattr(span, word) is None]
    if unseen:
        headline = f"expected to see the {word} of {label(asked)}, it was called but its {word} was not captured"
        raise Mismatch(headline, tree=point_out(about, unseen, f"no {word}"))

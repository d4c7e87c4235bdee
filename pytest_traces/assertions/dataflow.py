"""What became of a result: which call received it, whether the model saw it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from pytest_traces.analysis.causality import Causality
from pytest_traces.analysis.values import holds, telling
from pytest_traces.assertions.conditions import Conditions, as_conditions, label
from pytest_traces.assertions.flow import FlowExpectations
from pytest_traces.assertions.judging import point_out, required
from pytest_traces.drawing.text import brief, json_line
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
            earlier = [one for one in sources if causality.follows(one, span)]
            if not any(_received(about, span, one) for one in earlier):
                fact = f"it received {brief(span.input, 60)}" if earlier else "none returned before it began"
                notes = {one.call_id: f"returned {brief(one.output, 60)}" for one in sources}
                headline = f"expected {label(asked)} to receive what {label(source)} returned, {fact}"
                raise Mismatch(headline, tree=about._family.draw(notes | {span.call_id: "received nothing of it"}))

    def assert_fed_back(self, step: Any, /) -> None:
        """Expect the result of every call that succeeded in the input of a later model call.

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
            later = [model for model in models if causality.follows(call, model)]
            if later and all(model.input is None for model in later):
                _require_values(about, "input", Conditions(later[0].name), later)
            if not any(_saw(model.input, call.output) for model in later):
                fact = f"none of {len(later)} later ones did" if later else "none came after it"
                headline = f"expected a later model call to see what {label(asked)} returned, {fact}"
                note = f"returned {brief(call.output, 60)}"
                raise Mismatch(headline, tree=about._family.draw({call.call_id: note}))


def _received(about: Selection, span: Span, source: Span) -> bool:
    """Look for a telling value that was not there before the source ran."""
    above = [source, *about._family.tree.ancestors(source)]
    known = [one.input for one in above]
    fresh = [value for value in telling(source.output) if not holds(known, value)]
    if not fresh:
        raise Mismatch(
            f"expected {source.name!r} to return something that can be followed, got {brief(source.output)}",
            tree=about._family.draw({source.call_id: "nothing new and telling"}),
            hint="a value that was there before, a single letter or a small number is no evidence",
        )
    return any(holds(span.input, value) for value in fresh)


def _require_values(about: Selection, word: str, asked: Conditions, spans: Iterable[Span]) -> None:
    """Fail where values were not captured: nothing can be said about them."""
    unseen = [span for span in spans if getattr(span, word) is None]
    if unseen:
        headline = f"expected to see the {word} of {label(asked)}, it was called but its {word} was not captured"
        raise Mismatch(headline, tree=point_out(about, unseen, f"no {word}"))


def _saw(given: Any, result: Any) -> bool:
    """Find all that is telling in a result; a result that is not telling must be there word for word."""
    values = telling(result)
    if not values:
        return holds(given, json_line(result)) or holds(given, str(result))
    return all(holds(given, value) for value in values)

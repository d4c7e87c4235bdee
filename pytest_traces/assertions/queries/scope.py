"""The spans that a query or an expectation looks at, with their trace."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from difflib import SequenceMatcher

from pytest_traces.analysis.health.retries import RetryRule
from pytest_traces.assertions.queries.conditions import Conditions
from pytest_traces.assertions.queries.mistakes.absence import require_absent
from pytest_traces.assertions.queries.mistakes.spelling import refuse_unknown_type
from pytest_traces.drawing.tree import draw_tree, outline
from pytest_traces.errors import EmptyTrace, SpanNotFound
from pytest_traces.model.span import SpanData
from pytest_traces.model.tree import SpanTree
from pytest_traces.spelling import is_glob
from pytest_traces.wording import Drawn

_ROWS = 60  # about as many lines of a tree in a message; the others are folded


class Scope:
    """Spans of a trace, in its order; a failure draws the whole trace."""

    __slots__ = ("caption", "retry_rule", "spans", "tree", "why_empty")

    def __init__(
        self,
        tree: SpanTree,
        spans: Iterable[SpanData] | None = None,
        *,
        why_empty: Callable[[], str] = str,
        retry_rule: RetryRule = "failed",
        caption: str = "",
    ) -> None:
        self.tree = tree
        self.spans: Sequence[SpanData] = tree.spans if spans is None else tuple(spans)
        """The spans; every span of the trace unless given."""
        self.why_empty = why_empty
        """Returns the message of `EmptyTrace` below its headline."""
        self.retry_rule = retry_rule
        self.caption = caption
        """The title above every drawn tree: which of several runs it is."""

    def narrowed(self, spans: Iterable[SpanData]) -> Scope:
        """Return a scope of other spans of the same trace."""
        return Scope(self.tree, spans, why_empty=self.why_empty, retry_rule=self.retry_rule, caption=self.caption)

    def of_type(self, type: str) -> Scope:
        """Return a scope of the spans of one type."""
        return self.narrowed(span for span in self.spans if span.type == type)

    def require_recorded(self) -> None:
        """Raise `EmptyTrace` if nothing was recorded: no assertion may pass then, not even `assert_never`."""
        __tracebackhide__ = True
        if not self.tree.spans:
            strays = [f"ran in work that {stray.owner} left behind: {stray.name}" for stray in self.tree.strays[:5]]
            raise EmptyTrace("nothing was recorded", tree="\n".join([self.why_empty(), *strays]))

    def require_some(self, what: str, hint: str = "") -> None:
        """Raise `SpanNotFound` if there is no span: an expectation on every span would pass."""
        __tracebackhide__ = True
        self.require_recorded()
        if not self.spans:
            raise SpanNotFound(f"expected at least 1 {what}, found 0", tree=self.draw(), hint=hint)

    def matching(self, asked: Conditions) -> Sequence[SpanData]:
        """Return the spans that match, perhaps none."""
        __tracebackhide__ = True
        self.require_recorded()
        spans = self.spans
        if isinstance(asked.name, str) and spans is self.tree.spans and not is_glob(asked.name):
            spans = self.tree.named(asked.name)
        refuse_unknown_type(asked, self.tree)
        return [span for span in spans if asked.holds(span, self.tree)]

    def find(self, asked: Conditions) -> Sequence[SpanData]:
        """Return the spans that match; raise `TracesError` if none does and the query is misspelt."""
        __tracebackhide__ = True
        found = self.matching(asked)
        if not found:
            require_absent(asked, self.tree)
        return found

    def required(self, asked: Conditions) -> Sequence[SpanData]:
        """Return the spans that match; raise `SpanNotFound` if none does."""
        __tracebackhide__ = True
        found = self.matching(asked)
        if not found:
            raise self._not_found(asked, "at least 1", found)
        return found

    def one(self, asked: Conditions) -> SpanData:
        """Return the only span that matches; raise `SpanNotFound` if none does, or several do."""
        __tracebackhide__ = True
        found = self.matching(asked)
        if len(found) != 1:
            raise self._not_found(asked, "1", found)
        return found[0]

    def nearest_miss(self, asked: Conditions) -> dict[str, str]:
        """Return a note, by call id, for the span that breaks the fewest conditions."""
        near = self._nearest(asked)
        return {} if near is None else {near.call_id: asked.difference(near, self.tree)}

    def draw(self, notes: Mapping[str, str] | None = None) -> Drawn:
        """Draw the whole trace for a message; `notes` stand beside spans, by call id."""
        noted = [span.call_id for span in self.tree.spans if span.call_id in (notes or {})]
        drawn = Drawn(draw_tree(self.tree, outline, notes=notes, limit=_ROWS), noted)
        return drawn.below(self.caption) if self.caption else drawn

    def point_out(self, spans: Iterable[SpanData], note: str) -> Drawn:
        """Draw the whole trace with the same note beside each of these spans."""
        return self.draw({span.call_id: note for span in spans})

    def _not_found(self, asked: Conditions, wanted: str, found: Sequence[SpanData]) -> SpanNotFound:
        notes = {span.call_id: str(number) for number, span in enumerate(found, 1)} or self.nearest_miss(asked)
        why = "" if found else asked.miss(self.spans, self.tree)
        headline = f"expected {wanted} {asked.describe()}, found {len(found)}{why}"
        return SpanNotFound(headline, tree=self.draw(notes))

    def _nearest(self, asked: Conditions) -> SpanData | None:
        """Return the span that breaks the fewest conditions; among equals, the one with the most similar name."""

        def distance(span: SpanData) -> tuple[int, float]:
            broken = asked.broken(span, self.tree)
            unlike = 1.0 - SequenceMatcher(None, str(asked.name), span.name).ratio() if "name" in broken else 0.0
            return len(broken), unlike

        near = min(self.spans, key=distance, default=None)
        if near is None:
            return None
        broken, unlike = distance(near)
        return near if (broken < len(asked) or len(asked) == 1) and unlike <= 0.5 else None

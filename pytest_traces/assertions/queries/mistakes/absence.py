"""Refuses to confirm that no span matches if the query is misspelt, or if work may be missing."""

from __future__ import annotations

from collections.abc import Iterable

from pytest_traces.assertions.queries.conditions import Conditions
from pytest_traces.assertions.queries.mistakes.spelling import refuse_misspelt
from pytest_traces.drawing.tree import draw_tree, outline
from pytest_traces.errors import Mismatch
from pytest_traces.model.stray import Stray
from pytest_traces.model.tree import SpanTree

_ROWS = 60  # about as many lines of a tree in a message; the others are folded
_HINT = (
    "work for a running thread is followed only through queues, pools, tasks and events; "
    "start the thread in the test, or end it with the test that started it"
)


def require_absent(asked: Conditions, tree: SpanTree) -> None:
    """Raise if a query without a match is misspelt, or may match a span whose test is unknown."""
    __tracebackhide__ = True
    refuse_misspelt(asked, tree)
    require_all_known([asked], tree)


def require_all_known(
    asked: Iterable[Conditions], tree: SpanTree, *, besides: Iterable[Conditions] = (), type: str | None = None
) -> None:
    """Raise if a query may match a span whose test is unknown; spans of `besides` do not count."""
    __tracebackhide__ = True
    allowed = list(besides)
    for one in asked:
        for stray in tree.strays:
            is_meant = one.could_hold(stray.name, stray.type) and type in (None, stray.type)
            if is_meant and not any(other.could_hold(stray.name, stray.type) for other in allowed):
                raise _unsure(one, stray, tree)


def _unsure(asked: Conditions, stray: Stray, tree: SpanTree) -> Mismatch:
    what = f"{stray.type} {stray.name!r} ran meanwhile in work that {stray.owner} left behind"
    headline = f"expected to know every {asked.describe()}, but {what}: it may be of this test"
    return Mismatch(headline, tree=draw_tree(tree, outline, limit=_ROWS), hint=_HINT)

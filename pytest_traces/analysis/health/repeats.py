"""Finds calls that are repeated with equal arguments although the first one succeeded."""

from __future__ import annotations

import json
from collections.abc import Iterable

from pytest_traces.analysis.ordering.causality import Causality
from pytest_traces.model.span import SpanData
from pytest_traces.model.tree import SpanTree


def find_repeats(spans: Iterable[SpanData], tree: SpanTree) -> list[list[SpanData]]:
    """Return groups of equal calls under one agent; a call that follows a failed one is a retry and is left out.

    Equal concurrent calls count too.
    """
    groups: dict[tuple[str | None, str, str, str], list[SpanData]] = {}
    causality = Causality(tree)
    for span in spans:
        owner = tree.nearest(span, "agent")
        key = (
            owner.call_id if owner is not None else None,
            span.type,
            span.name,
            json.dumps(span.input, sort_keys=True),
        )
        group = groups.setdefault(key, [])
        if not (group and group[-1].failed and causality.follows(group[-1], span)):
            group.append(span)
        else:
            group[-1] = span
    return [group for group in groups.values() if len(group) > 1]

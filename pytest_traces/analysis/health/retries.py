"""Finds operations that were retried because they had failed.

An attempt retries an earlier one if its adapter or retry loop declares it (`retry_of`), with any input. Otherwise both
are the same operation on the same input, and the earlier one failed before the later one began. Both have
the same parent or, if the model asked again, the same nearest agent. Loops and fan-outs are not retries.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from pytest_traces.analysis.ordering.causality import Causality
from pytest_traces.model.consumption.usage import Usage
from pytest_traces.model.event import Event
from pytest_traces.model.span import SpanData, SpanError
from pytest_traces.model.tree import SpanTree
from pytest_traces.model.words.event_types import RETRY

RetryRule = Literal["failed", "repeated"]
"""`failed`: only a failed call can be retried; `repeated`: any repeated name is a retry, as in TraceLLM."""


SKIPPED_MS = "pytest_traces.skipped_wait_ms"
"""The attribute of an attempt after which retry code would have waited."""


@dataclass(frozen=True)
class Attempts:
    """One operation that was tried more than once; tests get it as a `Retry`."""

    name: str
    type: str
    attempts: int
    spans: tuple[SpanData, ...]
    errors: tuple[SpanError, ...]
    recovered: bool
    wasted_ms: float = 0.0
    skipped_ms: float = 0.0
    wasted_usage: Usage = field(default_factory=Usage)


def find_retries(tree: SpanTree, rule: RetryRule = "failed") -> tuple[Attempts, ...]:
    """Return the operations that were tried more than once, in order of their first attempt."""
    found = [_retry(chain) for chain in _CHAINS[rule](tree)]
    found.extend(_inner_retry(span, events) for span, events in _retry_events(tree))
    order = {span.call_id: index for index, span in enumerate(tree.spans)}
    return tuple(sorted(found, key=lambda retry: order[retry.spans[0].call_id]))


def attempts(tree: SpanTree) -> dict[str, int]:
    """Return which attempt each retried span was, by call id; first attempts are left out."""
    return {
        span.call_id: number for chain in _failed_chains(tree) for number, span in enumerate(chain, 1) if number > 1
    }


def _failed_chains(tree: SpanTree) -> list[list[SpanData]]:
    if not any(span.failed or span.retry_of for span in tree.spans):
        return []
    causality = Causality(tree)
    chains: list[list[SpanData]] = []
    chain_of: dict[str, list[SpanData]] = {}
    failed: dict[tuple[str, str, str], dict[int, list[SpanData]]] = {}
    for span in tree.spans:
        waiting = failed.setdefault(_operation(span), {})
        chain = chain_of.get(span.retry_of or "")
        if chain is None:
            chain = next((one for one in waiting.values() if _continues(tree, one[-1], span, causality)), None)
        if chain is None:
            chain = []
            chains.append(chain)
        else:
            failed[_operation(chain[-1])].pop(id(chain), None)
        chain.append(span)
        chain_of[span.call_id] = chain
        if span.failed:
            waiting[id(chain)] = chain
    return [chain for chain in chains if len(chain) > 1]


def _operation(span: SpanData) -> tuple[str, str, str]:
    return span.type, span.name, json.dumps(span.input, sort_keys=True)


def _continues(tree: SpanTree, failed: SpanData, span: SpanData, causality: Causality) -> bool:
    if failed.parent_call_id == span.parent_call_id:
        return causality.precedes(failed, span)
    agent = tree.nearest(span, "agent")
    if agent is None or tree.nearest(failed, "agent") is not agent:
        return False
    before, after = (_branch_under(tree, agent, one) for one in (failed, span))
    return before is not after and causality.precedes(before, after)


def _branch_under(tree: SpanTree, agent: SpanData, span: SpanData) -> SpanData:
    """Return the child of the agent through which a span was reached."""
    while span.parent_call_id != agent.call_id:
        above = tree.parent(span)
        assert above is not None, "unreachable because the agent is an ancestor"
        span = above
    return span


def _repeated(tree: SpanTree) -> list[list[SpanData]]:
    """Apply the rule of document 003: a tool that appears twice in the steps of a run was retried."""
    steps: dict[tuple[str, str], list[SpanData]] = {}
    for span in tree.spans:
        if span.type == "tool":
            steps.setdefault((span.run_id, span.name), []).append(span)
    return [spans for spans in steps.values() if len(spans) > 1]


_CHAINS: Mapping[RetryRule, Callable[[SpanTree], list[list[SpanData]]]] = {
    "failed": _failed_chains,
    "repeated": _repeated,
}


def _retry(chain: Sequence[SpanData]) -> Attempts:
    first, *_ = chain
    failed = [span for span in chain if span.failed]
    return Attempts(
        name=first.name,
        type=first.type,
        attempts=len(chain),
        spans=tuple(chain),
        errors=_errors(failed),
        recovered=chain[-1].status == "success",
        wasted_ms=sum(span.elapsed or 0.0 for span in failed),
        skipped_ms=_skipped(chain),
        wasted_usage=Usage.total(span.usage for span in failed),
    )


def wasted_tokens(wasted: Usage) -> int:
    """Return the tokens of failed attempts: without counts 0, with a part of the counts unknown."""
    return wasted.total_tokens if wasted.by_model or wasted.unreported else 0


def _errors(failed: Iterable[SpanData]) -> tuple[SpanError, ...]:
    return tuple(span.error or SpanError(type=span.status) for span in failed)


def _retry_events(tree: SpanTree) -> list[tuple[SpanData, list[Event]]]:
    found: dict[str, list[Event]] = {}
    for event in tree.noted:
        if event.type == RETRY and event.call_id in tree.by_id:
            found.setdefault(event.call_id, []).append(event)
    return [(tree.by_id[call_id], events) for call_id, events in found.items()]


def _inner_retry(span: SpanData, events: Sequence[Event]) -> Attempts:
    """Return the attempts that a framework made inside one span: each `retry` event is a failed one."""
    payloads = [event.payload if isinstance(event.payload, dict) else {} for event in events]
    errors = tuple(
        SpanError(type=str(payload.get("type") or "error"), message=str(payload.get("message") or ""))
        for payload in payloads
    )
    return Attempts(
        name=span.name,
        type=span.type,
        attempts=len(events) + 1,
        spans=(span,),
        errors=errors + (_errors([span]) if span.failed else ()),
        recovered=span.status == "success",
        wasted_ms=sum(_milliseconds(payload.get("elapsed_ms")) for payload in payloads),
        skipped_ms=_skipped([span]),
    )


def _skipped(spans: Iterable[SpanData]) -> float:
    """Sum the waits that `trace.without_waiting` cut; the attempt before a wait holds its length."""
    return sum(_milliseconds(span.attributes.get(SKIPPED_MS)) for span in spans)


def _milliseconds(told: Any) -> float:
    """Read a duration; in a file of another tool its field may hold any value."""
    return told if isinstance(told, (int, float)) and math.isfinite(told) else 0.0

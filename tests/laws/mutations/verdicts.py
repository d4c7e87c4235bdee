"""Every change to every sample trace, which snapshots should notice it, and which did."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from pytest_traces.assertions.queries.scope import Scope
from pytest_traces.runtime.harvest.tree import harvest
from pytest_traces.runtime.recording.recorder import Record, Recorder
from pytest_traces.trace.options import TraceOptions
from pytest_traces.trace.snapshots import TraceText
from tests.laws.mutations import changes
from tests.laws.mutations.samples import SAMPLES, otherwise_scheduled, recorded

TREE, EVENTS, USAGE = KINDS = ("span_tree", "events", "usage")

Sites = Callable[[Recorder], list[Any]]
Held = Callable[[Recorder, Any], set[str]]


@dataclass(frozen=True)
class Mutation:
    """A kind of change."""

    name: str
    sites: Sites
    apply: Callable[[Recorder, Any], None]
    held: Held
    """The snapshots that must notice the change at a site; no other one may."""


@dataclass(frozen=True)
class Verdict:
    """What became of one mutant."""

    mutation: str
    sample: str
    site: int
    expected: frozenset[str]
    killed: frozenset[str]


def verdicts() -> Iterator[Verdict]:
    """Make every mutant of every sample and see who notices."""
    for sample in SAMPLES:
        before = texts(recorded(sample))
        for mutation in MUTATIONS:
            for site in range(len(mutation.sites(recorded(sample)))):
                mutant = recorded(sample)
                what = mutation.sites(mutant)[site]
                expected = frozenset(mutation.held(mutant, what))
                mutation.apply(mutant, what)
                yield Verdict(mutation.name, sample, site, expected, _killed(before, texts(mutant)))
        yield Verdict(OTHER_SCHEDULE, sample, 0, frozenset(), _killed(before, texts(otherwise_scheduled(sample))))


def texts(recorder: Recorder) -> dict[str, str]:
    """Return what each kind of snapshot holds of a trace."""
    text = TraceText(Scope(harvest(recorder)), TraceOptions(), {})
    return {kind: text.draw(kind, {}) for kind in (TREE, EVENTS, USAGE)}


def _killed(before: dict[str, str], after: dict[str, str]) -> frozenset[str]:
    return frozenset(kind for kind in KINDS if before[kind] != after[kind])


def _by(*kinds: str) -> Held:
    return lambda recorder, site: set(kinds)


def _spans(wanted: Callable[[Record], bool]) -> Sites:
    return lambda recorder: [one for one in recorder.records if wanted(one)]


def _shown(record: Record) -> bool:
    return record.type in ("tool", "retrieval")


def _silent(record: Record) -> bool:
    """Whether a model call owes a report: one that failed may have used nothing."""
    return record.type == "llm" and record.own_usage is None and record.status not in ("error", "blocked")


def _with_consumption(recorder: Recorder, record: Record) -> set[str]:
    spent = any(one.own_usage is not None or _silent(one) for one in changes.below(recorder, record))
    return {TREE, EVENTS, USAGE} if spent else {TREE, EVENTS}


def _with_silence(recorder: Recorder, record: Record) -> set[str]:
    return {TREE, EVENTS, USAGE} if _silent(record) else {TREE, EVENTS}


def _look(record: Record) -> tuple[Any, ...]:
    return (record.type, record.name, str(record.error), record.status)


def _values(record: Record) -> tuple[Any, ...]:
    return (record.input, record.output) if _shown(record) else ()


def _swappable(recorder: Recorder) -> list[tuple[Record, Record]]:
    quiet = [one for one in changes.leaves(recorder) if not changes.notices_of(recorder, one)]
    return [
        (a, b)
        for a, b in changes.neighbours(recorder)
        if a in quiet and b in quiet and (_look(a), _values(a)) != (_look(b), _values(b))
    ]


def _by_look(recorder: Recorder, pair: tuple[Record, Record]) -> set[str]:
    return {TREE, EVENTS} if _look(pair[0]) != _look(pair[1]) else {TREE}


def _droppable(recorder: Recorder) -> list[Record]:
    return [one for one in recorder.records if len(changes.below(recorder, one)) < len(recorder.records)]


def _set(**fields: Any) -> Callable[[Recorder, Record], None]:
    return lambda recorder, record: record.__dict__.update(fields)


def _on(change: Callable[..., None], *arguments: Any) -> Callable[[Recorder, Any], None]:
    return lambda recorder, site: change(site, *arguments)


_HAS_ARGUMENTS = _spans(lambda one: _shown(one) and bool(one.input))
_FAILED = _spans(lambda one: one.error is not None)
_COUNTED = _spans(lambda one: one.own_usage is not None)
_ENDED_WELL = _spans(lambda one: one.status == "success")


def _notes(*types: str) -> Sites:
    return lambda recorder: [one for one in recorder.notices if not types or one.type in types]


def _replace_note(recorder: Recorder, site: Any) -> None:
    site.payload = f"not {site.payload}"


OTHER_SCHEDULE = "other branches first"

MUTATIONS = (
    Mutation("drop a span", _droppable, changes.drop, _with_consumption),
    Mutation("duplicate a span", changes.leaves, changes.duplicate, _with_consumption),
    Mutation(
        "rename a span",
        _spans(lambda one: True),
        lambda recorder, one: _set(name=f"{one.name}_too")(recorder, one),
        _with_silence,
    ),
    Mutation(
        "move a span to another parent",
        lambda recorder: [one for one in changes.leaves(recorder) if one.parent is not None],
        lambda recorder, one: _set(parent=changes.new_parent(recorder, one))(recorder, one),
        _by(TREE, EVENTS),
    ),
    Mutation("change a type", _spans(lambda one: True), _set(type="step"), _with_silence),
    Mutation("swap two in causal order", _swappable, lambda recorder, pair: changes.swap(*pair), _by_look),
    Mutation(
        "run a sequence side by side",
        changes.neighbours,
        lambda recorder, pair: changes.side_by_side(*pair),
        _by(TREE, EVENTS),
    ),
    Mutation("run a fork in sequence", changes.forks, _on(changes.one_after_the_other), _by(TREE, EVENTS)),
    Mutation("change an argument", _HAS_ARGUMENTS, _on(changes.change_argument), _by(TREE)),
    Mutation(
        "add an argument",
        _HAS_ARGUMENTS,
        lambda recorder, one: _set(input={**one.input, "unit": None})(recorder, one),
        _by(TREE),
    ),
    Mutation("drop an argument", _HAS_ARGUMENTS, _on(changes.drop_argument), _by(TREE)),
    Mutation("change an output", _spans(_shown), _set(output={"other": 0}), _by(TREE)),
    Mutation(
        "drop an output", _spans(lambda one: _shown(one) and one.output is not None), _set(output=None), _by(TREE)
    ),
    Mutation("cancel a span", _ENDED_WELL, _set(status="cancelled"), _by(TREE, EVENTS)),
    Mutation("let a span fail", _ENDED_WELL, _on(changes.fail, "ValueError", "no"), _with_silence),
    Mutation(
        "change an error type",
        _FAILED,
        lambda recorder, one: changes.fail(one, "Other", one.error.message),
        _by(TREE, EVENTS),
    ),
    Mutation(
        "change an error message",
        _FAILED,
        lambda recorder, one: changes.fail(one, one.error.type, "other"),
        _by(TREE, EVENTS),
    ),
    Mutation(
        "heal an attempt",
        _spans(lambda one: one.error is not None and _shown(one)),
        _set(error=None, status="success"),
        _by(TREE, EVENTS),
    ),
    Mutation(
        "add an attempt",
        _spans(lambda one: one.error is not None and _shown(one)),
        changes.duplicate,
        _by(TREE, EVENTS),
    ),
    Mutation("raise a counter", _COUNTED, _on(changes.count, 1), _by(USAGE)),
    Mutation("drop the counters of a call", _COUNTED, _set(own_usage=None), _by(USAGE)),
    Mutation("count for another model", _COUNTED, _on(changes.count_for, "other"), _by(USAGE)),
    Mutation("drop an event", _notes(), lambda recorder, note: recorder.notices.remove(note), _by(EVENTS)),
    Mutation("change an event", _notes(), _replace_note, _by(EVENTS)),
    Mutation(
        "change the type of an event", _notes(), lambda recorder, note: setattr(note, "type", "other"), _by(EVENTS)
    ),
    Mutation(
        "add an event",
        _spans(lambda one: True),
        lambda recorder, one: changes.note(recorder, one, "seen", 1),
        _by(EVENTS),
    ),
    Mutation(
        "say something else to a model",
        _spans(lambda one: one.type in ("llm", "agent")),
        _set(input="other", output="other"),
        _by(),
    ),
    Mutation("cut a chunk in two", _notes("chunk"), changes.cut_chunk, _by()),
    Mutation("other order of keys", _HAS_ARGUMENTS, _on(changes.other_key_order), _by()),
    Mutation("other ids", lambda recorder: [None], lambda recorder, _: changes.other_ids(recorder), _by()),
    Mutation("other clock", lambda recorder: [None], lambda recorder, _: changes.other_clock(recorder), _by()),
)

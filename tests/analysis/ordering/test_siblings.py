"""What came before what: waits and signals that were observed, and a rule where none could be."""

from __future__ import annotations

import pytest

from pytest_traces.analysis.ordering.arrangement import arrange
from pytest_traces.analysis.ordering.history import History
from pytest_traces.analysis.ordering.series import Fork, Knot
from pytest_traces.analysis.ordering.siblings import Moment, concurrent, moment_of, precedes
from pytest_traces.model.lane import Lane, LaneKind, Stamp
from pytest_traces.runtime.harvest.tree import harvest
from pytest_traces.runtime.recording.recorder import Place, Record, Recorder
from tests.builders import a_file, at_once, start, tool


class Play:
    """Records siblings in lanes, act by act."""

    def __init__(self) -> None:
        self.recorder = Recorder("a test")
        self.root = self.recorder.root

    def spawn(self, kind: LaneKind = "task", parent: Lane | None = None) -> Lane:
        return Lane(parent or self.root, self.recorder.tick(), kind)

    def start(self, name: str, lane: Lane | None = None) -> Record:
        return start(self.recorder, name, place=Place(self.recorder, None, lane or self.root), call_id=name)

    def run(self, name: str, lane: Lane | None = None) -> None:
        self.start(name, lane).end()

    def join(self, lane: Lane, waiter: Lane | None = None) -> None:
        (waiter or self.root).hear(lane, self.recorder.tick())

    @property
    def drawn(self) -> str:
        moments, history = self._moments()
        return " ".join(map(_drawn, arrange(moments, history)))

    def side_by_side(self, first: str, second: str) -> bool:
        moments, history = self._moments()
        found = {moment.id: moment for moment in moments}
        assert precedes(found[first], found[second], history) is not concurrent(found[first], found[second], history)
        return concurrent(found[first], found[second], history)

    def _moments(self) -> tuple[list[Moment], History]:
        tree = harvest(self.recorder)
        return [moment_of(span) for span in tree.spans], History()


def _drawn(step: object) -> str:
    if isinstance(step, Fork):
        return f"({' | '.join(sorted(' '.join(map(_drawn, branch)) for branch in step.branches))})"
    if isinstance(step, Knot):
        return (
            f"{{{', '.join(f'{item.name}{list(after)}' for item, after in zip(step.items, step.after, strict=True))}}}"
        )
    return step.name


def test_a_span_that_ended_before_a_spawn_by_luck_is_concurrent_with_it() -> None:
    play = Play()
    a = play.spawn()
    play.run("a", a)
    b = play.spawn()
    play.run("b", b)
    play.join(a)
    play.join(b)
    assert play.side_by_side("a", "b")


def test_a_span_that_was_waited_for_before_a_spawn_comes_before_it() -> None:
    play = Play()
    a = play.spawn("thread")
    play.run("a", a)
    play.join(a)
    b = play.spawn("thread")
    play.run("b", b)
    play.join(b)
    assert not play.side_by_side("a", "b")


def test_a_wait_is_passed_on_by_the_lane_that_waits_for_the_waiter() -> None:
    play = Play()
    outer = play.spawn()
    inner = play.spawn(parent=outer)
    play.run("a", inner)
    play.join(inner, outer)
    play.join(outer)
    play.run("b")
    assert play.drawn == "a b"


def test_siblings_that_wait_for_one_another_are_in_order() -> None:
    play = Play()
    a, b = play.spawn(), play.spawn()
    play.run("a", a)
    play.join(a, b)
    play.run("b", b)
    play.join(b)
    assert play.drawn == "a b"


def test_the_first_wait_counts_when_more_than_one_was_seen() -> None:
    play = Play()
    a, b = play.spawn(), play.spawn()
    play.run("a", a)
    play.join(a, b)
    play.join(b)
    play.run("c")
    play.join(a)
    assert play.drawn == "a c"


def test_a_wait_is_passed_on_though_the_waiter_had_known_before() -> None:
    play = Play()
    a, b, c = play.spawn(), play.spawn(), play.spawn()
    play.run("a", a)
    play.join(a, b)
    play.join(a, c)
    play.join(b, c)
    play.join(c)
    play.run("d")
    assert play.drawn == "a d"


def test_a_knot_says_only_what_came_right_before() -> None:
    assert declared(a="", b="", c="ab", d="b", e="cd", f="d") == "{a[], b[], c[0, 1], d[1], e[2, 3], f[3]}"


def test_a_knot_is_not_taken_apart() -> None:
    assert declared(a="", d="", b="ad", c="a") == "{a[], d[], b[0, 1], c[0]}"


def declared(**after: str) -> str:
    play = Play()
    lanes = [play.spawn() for _ in after]
    for (name, before), lane in zip(after.items(), lanes, strict=True):
        play.run(name, lane)
        play.recorder.records[-1].after = frozenset(before)
    return play.drawn


def test_spans_that_waited_crosswise_are_a_knot() -> None:
    play = Play()
    a = play.spawn()
    play.run("a", a)
    play.run("c")
    b = play.spawn()
    play.run("b", b)
    play.join(a)
    play.run("d")
    play.join(b)
    assert play.drawn == "{a[], c[], b[1], d[0, 1]}"


@pytest.mark.parametrize("kind", ["task", "thread"])
def test_a_span_that_no_lane_waited_for_is_concurrent_with_all_that_follows(kind: LaneKind) -> None:
    play = Play()
    play.run("a", play.spawn(kind))
    play.run("b", play.spawn(kind))
    play.run("c")
    assert play.drawn == "(a | b | c)"


def test_a_span_of_an_abandoned_lane_is_concurrent_with_all_that_follows() -> None:
    play = Play()
    play.run("a", play.spawn(parent=play.spawn()))
    play.run("b")
    play.run("c")
    assert play.drawn == "(a | b c)"


def test_a_signal_tells_what_was_done_before_it_and_nothing_later() -> None:
    play = Play()
    a, b = play.spawn(), play.spawn()
    play.run("a", a)
    sent = play.recorder.tick()
    play.run("later", a)
    b.hear(a, play.recorder.tick(), sent)
    play.run("b", b)
    assert [play.side_by_side(name, "b") for name in ("a", "later")] == [False, True]
    assert play.drawn == "a (b | later)"


def test_a_signal_of_the_spawner_is_heard_by_what_it_spawned() -> None:
    play = Play()
    a = play.spawn()
    play.run("first")
    a.hear(play.root, play.recorder.tick(), play.recorder.tick())
    play.run("second")
    play.run("a", a)
    assert play.drawn == "first (a | second)"


def test_a_lane_spawned_with_knowledge_passes_it_on() -> None:
    play = Play()
    a, b, c = play.spawn(), play.spawn(), play.spawn()
    play.run("a", a)
    play.join(a, b)
    inner = play.spawn(parent=b)
    play.join(inner, c)
    play.run("c", c)
    assert play.drawn == "a c"


def test_without_an_observed_spawn_overlap_in_time_decides() -> None:
    play = Play()
    a, still = play.spawn("unseen"), play.spawn("unseen")
    play.run("a", a)
    record = play.start("still", still)
    play.run("b", a)
    play.run("c", play.spawn(parent=still))
    record.end()
    play.run("d")
    assert play.drawn == "a (b c | still) d"


def test_without_a_seen_spawn_the_clock_decides() -> None:
    history = History()
    seen = Moment("a", "a", Stamp(1, 2, Lane(None, 0, "root")), 0.0, 10.0)
    unseen = Moment("b", "b", None, 10.0, None)
    assert (precedes(seen, unseen, history), precedes(unseen, seen, history)) == (True, False)


def test_if_one_spawn_was_not_seen_the_clock_decides_what_is_concurrent() -> None:
    seen = Moment("a", "a", Stamp(1, 2, Lane(None, 0, "root")), 0.0, 10.0)
    assert [concurrent(seen, Moment("b", "b", None, t0, None), History()) for t0 in (9.0, 10.0)] == [True, False]


def test_spans_recorded_apart_are_compared_by_the_clock() -> None:
    later = Moment("b", "b", Stamp(3, 4, Lane(None, 0, "root")), 10.0, 20.0)
    earlier = [Moment("a", "a", Stamp(1, 2, Lane(None, 0, "root")), 0.0, t1) for t1 in (None, 10.0, 11.0)]
    assert [concurrent(one, later, History()) for one in earlier] == [True, False, True]


def test_a_running_span_is_concurrent_with_all_that_follows() -> None:
    play = Play()
    play.start("a", play.spawn())
    play.run("b", play.spawn())
    assert play.drawn == "(a | b)"


def test_a_declared_edge_orders_what_was_spawned_at_once() -> None:
    play = Play()
    a, b, c = play.spawn(), play.spawn(), play.spawn()
    play.run("a", a)
    play.run("b", b)
    play.run("c", c)
    play.recorder.records[1].after = frozenset({"a"})
    assert play.drawn == "(a b | c)"


def test_branches_within_branches_are_branches() -> None:
    play = Play()
    a, b = play.spawn(), play.spawn()
    c, d = play.spawn(parent=a), play.spawn(parent=a)
    for name, lane in zip("bcd", (b, c, d), strict=True):
        play.run(name, lane)
    assert play.drawn == "(b | c | d)"


def test_without_lanes_overlap_in_time_is_all_there_is() -> None:
    trace = a_file(tool("a"), tool("b", t0=5.0), tool("c", t0=30.0))
    moments = [moment_of(span) for span in trace.spans]
    assert " ".join(map(_drawn, arrange(moments, History()))) == "(a | b) c"


def test_very_many_without_lanes_are_arranged_by_overlap() -> None:
    trace = a_file(*(at_once(tool("a"), tool("b", t0=20.0 * n)) for n in range(250)))
    moments = [moment_of(span) for span in sorted(trace.spans, key=lambda span: span.t0)]
    assert len(arrange(moments, History())) >= 250


def test_very_many_that_wait_for_one_another_are_arranged_by_level() -> None:
    play = Play()
    lanes = [play.spawn() for _ in range(600)]
    for number, lane in enumerate(lanes):
        play.run(f"t{number}", lane)
        if number >= 2:
            play.recorder.records[number].after = frozenset({f"t{number - 2}"})
    moments, history = play._moments()
    assert len(arrange(moments, history)) == 300


def test_tasks_that_spawn_one_another_need_no_recursion() -> None:
    play = Play()
    lane = play.root
    for number in range(10_000):
        lane = play.spawn(parent=lane)
        play.run(f"t{number}", lane)
    assert len(play.drawn.split()) == 10_000

"""What came before what: waits that were seen, rules where none was."""

from __future__ import annotations

from pytest_traces.analysis.ordering.arrangement import Fork, Knot, arrange
from pytest_traces.analysis.ordering.siblings import LaneLog, Moment, concurrent, moment_of, precedes
from pytest_traces.model.lane import Lane, LaneKind, Stamp
from pytest_traces.runtime.harvest.tree import harvest
from pytest_traces.runtime.recording.place import Place
from pytest_traces.runtime.recording.recorder import Record, Recorder
from tests.builders import a_file, at_once, tool


class Play:
    """Records siblings in lanes, act by act."""

    def __init__(self) -> None:
        self.recorder = Recorder("a test")
        self.root = self.recorder.root

    def spawn(self, kind: LaneKind = "task", parent: Lane | None = None) -> Lane:
        return Lane(parent or self.root, self.recorder.tick(), kind)

    def start(self, name: str, lane: Lane | None = None) -> Record:
        return self.recorder.start(name, "tool", place=Place(self.recorder, None, lane or self.root), call_id=name)

    def run(self, name: str, lane: Lane | None = None) -> None:
        self.start(name, lane).end()

    def join(self, lane: Lane, waiter: Lane | None = None) -> None:
        lane.join(waiter or self.root, self.recorder.tick())

    @property
    def drawn(self) -> str:
        moments, log = self._moments()
        return " ".join(map(_drawn, arrange(moments, log)))

    def side_by_side(self, first: str, second: str) -> bool:
        moments, log = self._moments()
        found = {moment.id: moment for moment in moments}
        assert precedes(found[first], found[second], log) is not concurrent(found[first], found[second], log)
        return concurrent(found[first], found[second], log)

    def _moments(self) -> tuple[list[Moment], LaneLog]:
        tree = harvest(self.recorder)
        return [moment_of(span) for span in tree.spans], LaneLog(lambda: tree.spans)


def _drawn(step: object) -> str:
    if isinstance(step, Fork):
        return f"({' | '.join(sorted(' '.join(map(_drawn, branch)) for branch in step.branches))})"
    if isinstance(step, Knot):
        return (
            f"{{{', '.join(f'{item.name}{list(after)}' for item, after in zip(step.items, step.after, strict=True))}}}"
        )
    return step.name


def test_what_ended_before_a_spawn_by_luck_is_side_by_side_with_it() -> None:
    play = Play()
    a = play.spawn()
    play.run("a", a)
    b = play.spawn()
    play.run("b", b)
    play.join(a)
    play.join(b)
    assert play.side_by_side("a", "b")


def test_what_was_waited_for_before_a_spawn_came_before_it() -> None:
    play = Play()
    a = play.spawn("thread")
    play.run("a", a)
    play.join(a)
    b = play.spawn("thread")
    play.run("b", b)
    play.join(b)
    assert not play.side_by_side("a", "b")


def test_a_wait_is_passed_on_by_whoever_waits_for_the_waiter() -> None:
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


def test_what_waited_crosswise_is_a_knot() -> None:
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


def test_a_thread_nobody_was_seen_to_wait_for_may_be_part_of_a_knot() -> None:
    play = Play()
    a = play.spawn("thread")
    play.run("c")
    b = play.spawn()
    play.run("a", a)
    play.run("b", b)
    play.run("d")
    play.join(b)
    assert play.drawn == "{c[], a[], b[0], d[0, 1]}"


def test_a_task_nobody_was_seen_to_wait_for_is_over_when_it_ends() -> None:
    play = Play()
    play.run("a", play.spawn())
    play.run("b", play.spawn())
    assert play.drawn == "a b"


def test_a_task_within_a_task_nobody_was_seen_to_wait_for_is_over_when_it_ends() -> None:
    play = Play()
    play.run("a", play.spawn(parent=play.spawn()))
    play.run("b")
    assert play.drawn == "a b"


def test_a_thread_nobody_was_seen_to_wait_for_is_over_when_its_spawner_goes_on() -> None:
    play = Play()
    play.run("a", play.spawn("thread"))
    play.run("b", play.spawn("thread"))
    play.run("c")
    assert play.drawn == "(a | b) c"


def test_what_the_spawner_begins_after_a_thread_follows_it_for_every_question() -> None:
    play = Play()
    play.run("a", play.spawn("thread"))
    play.run("b", play.spawn("thread"))
    play.run("c")
    assert [play.side_by_side(*pair) for pair in ("ab", "ac", "bc")] == [True, False, False]


def test_a_thread_that_goes_on_does_not_hold_up_what_follows_another() -> None:
    play = Play()
    a, still = play.spawn("thread"), play.spawn("thread")
    play.run("a", a)
    record = play.start("still", still)
    play.run("c")
    record.end()
    play.join(still)
    play.run("d")
    assert play.drawn == "(a c | still) d"


def test_a_spawner_that_never_acts_knows_of_no_thread() -> None:
    play = Play()
    silent = play.spawn()
    play.run("a", play.spawn("thread", silent))
    play.run("b", play.spawn("thread", silent))
    assert play.side_by_side("a", "b")


def test_where_a_spawn_was_not_seen_the_clock_decides() -> None:
    log = LaneLog(list)
    seen = Moment("a", "a", Stamp(1, 2, Lane(None, 0, "root")), 0.0, 10.0)
    unseen = Moment("b", "b", None, 10.0, None)
    assert (precedes(seen, unseen, log), precedes(unseen, seen, log)) == (True, False)


def test_where_one_spawn_was_not_seen_the_clock_decides_what_is_side_by_side() -> None:
    seen = Moment("a", "a", Stamp(1, 2, Lane(None, 0, "root")), 0.0, 10.0)
    assert [concurrent(seen, Moment("b", "b", None, t0, None), LaneLog(list)) for t0 in (9.0, 10.0)] == [True, False]


def test_what_was_recorded_apart_is_compared_by_the_clock() -> None:
    later = Moment("b", "b", Stamp(3, 4, Lane(None, 0, "root")), 10.0, 20.0)
    earlier = [Moment("a", "a", Stamp(1, 2, Lane(None, 0, "root")), 0.0, t1) for t1 in (None, 10.0, 11.0)]
    assert [concurrent(one, later, LaneLog(list)) for one in earlier] == [True, False, True]


def test_what_a_task_began_that_was_given_up_is_side_by_side_with_all_that_follows() -> None:
    play = Play()
    given_up = play.spawn()
    given_up.joined_by = {}
    play.run("a", play.spawn(parent=given_up))
    play.run("b")
    assert play.drawn == "(a | b)"


def test_what_was_given_up_is_side_by_side_with_all_that_follows() -> None:
    play = Play()
    a = play.spawn()
    a.joined_by = {}
    play.run("a", a)
    play.run("b")
    play.run("c")
    assert play.drawn == "(a | b c)"


def test_what_still_runs_is_side_by_side_with_all_that_follows() -> None:
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
    assert " ".join(map(_drawn, arrange(moments, LaneLog(lambda: trace.spans)))) == "(a | b) c"


def test_very_many_without_lanes_are_arranged_by_overlap() -> None:
    trace = a_file(*(at_once(tool("a"), tool("b", t0=20.0 * n)) for n in range(250)))
    moments = [moment_of(span) for span in sorted(trace.spans, key=lambda span: span.t0)]
    assert len(arrange(moments, LaneLog(lambda: trace.spans))) >= 250


def test_very_many_that_wait_for_one_another_are_arranged_by_level() -> None:
    play = Play()
    lanes = [play.spawn() for _ in range(600)]
    for number, lane in enumerate(lanes):
        play.run(f"t{number}", lane)
        if number >= 2:
            play.recorder.records[number].after = frozenset({f"t{number - 2}"})
    moments, log = play._moments()
    assert len(arrange(moments, log)) == 300


def test_tasks_that_spawn_one_another_need_no_recursion() -> None:
    play = Play()
    lane = play.root
    for number in range(10_000):
        lane = play.spawn(parent=lane)
        play.run(f"t{number}", lane)
    assert len(play.drawn.split()) == 10_000

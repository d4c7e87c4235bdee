"""Acts belong to one test: none is seen by another, each is judged when its test has run."""

import json
import re

import pytest

from pytest_traces import Trace
from tests.project import Project

APP = """
from pytest_traces.runtime import agent_trace, trace_tool


@trace_tool
def get_weather(city):
    return {"temp": 21}


def ask(city="Paris"):
    with agent_trace(agent_name="weather"):
        return get_weather(city)
"""


@pytest.fixture
def project(project: Project) -> Project:
    """A project whose tool is a function."""
    project.write("app.py", APP)
    return project


ACTS = """
def test_first(trace):
    trace.on("get_weather").raises(TimeoutError("late"))
    with pytest.raises(TimeoutError):
        ask()
    assert trace.one("get_weather").acted == "raises"

def test_next(trace):
    ask()
    assert trace.one("get_weather").acted is None

def test_last(trace):
    trace.on("get_weather").returns({"temp": 3})
    ask()
    assert trace.one("get_weather").output == {"temp": 3}
"""


@pytest.mark.parametrize("workers", [(), ("-n2",)], ids=["plain", "n2"])
def test_no_act_is_seen_by_another_test(project: Project, workers: tuple[str, ...]) -> None:
    project.tests(ACTS)
    assert project.run(*workers).outcomes == "3 passed"


def test_an_act_that_never_struck_fails_its_test_and_draws_the_nearest_call(project: Project) -> None:
    project.tests("""
    def test_a(trace):
        trace.on("get_wether").raises(TimeoutError("late"))
        ask()
    """)
    ran = project.run()
    assert ran.outcomes == "1 failed"
    assert "SpanNotFound: expected to act on call 'get_wether', found 0" in ran.output
    assert "└─ tool get_weather   ← did you mean this one?" in ran.output
    assert "hint: trace.on('get_wether').raises(TimeoutError('late')) never took a call" in ran.output


def test_a_failed_assertion_tells_that_an_act_never_struck(project: Project) -> None:
    project.tests("""
    def test_a(trace):
        trace.on("get_wether").raises(TimeoutError("late"))
        ask()
        assert trace.retries
    """)
    ran = project.run()
    assert ran.outcomes == "1 failed"
    assert "assert ()" in ran.output
    assert "SpanNotFound: expected to act on call 'get_wether', found 0" in ran.output


def test_each_attempt_of_a_test_has_acts_of_its_own(project: Project) -> None:
    project.tests("""
    attempts = []

    def test_a(trace):
        attempts.append(1)
        trace.on("get_weather").returns({"temp": len(attempts)})
        ask()
        assert trace.one("get_weather").output == {"temp": 2}
    """)
    assert project.run("--reruns=2").outcomes == "1 passed, 1 rerun"


def test_threads_of_a_test_that_is_over_run_by_themselves(project: Project) -> None:
    project.tests("""
    import threading

    go, done, given = threading.Event(), threading.Event(), []

    def later():
        go.wait(10)
        ask()
        done.set()

    def test_first(trace):
        trace.on("get_weather", input={"city": "Rome"}).raises(TimeoutError, times=...)
        with pytest.raises(TimeoutError):
            ask("Rome")
        threading.Thread(target=later).start()

    def test_next(trace):
        go.set()
        assert done.wait(10)
        ask()
    """)
    assert project.run().outcomes == "2 passed"


def test_a_recording_of_a_module_has_acts_that_end_with_its_block(project: Project) -> None:
    project.tests("""
    import pytest_traces

    @pytest.fixture(scope="module")
    def outage():
        with pytest_traces.record() as trace:
            trace.on("get_weather").returns({"temp": 0}, times=...)
            ask()
        return trace

    def test_a(outage, trace):
        assert outage.one("get_weather").output == {"temp": 0}
        ask()
        assert trace.one("get_weather").output == {"temp": 21}
    """)
    assert project.run().outcomes == "1 passed"


SNAPSHOT = """
def test_a(trace):
    {act}
    ask()
    trace.assert_span_tree()
"""
ACT = 'trace.on("get_weather").returns({"temp": 21})'
MARKED = 'tool get_weather {"city": "Paris"} → {"temp": 21}   ⚡ returns'


def test_an_act_is_marked_in_all_that_a_run_leaves(project: Project) -> None:
    project.tests(SNAPSHOT.format(act=ACT))
    ran = project.run("--trace-keep=all", "--trace-coverage", "--trace-save=run.jsonl", "--snapshot-update")
    assert re.search(r"acted on\n +get_weather .* ⚡ 1$", ran.section("trace coverage"), re.M)
    assert MARKED in (project.path / "__traces__" / "test_it" / "test_a.trace").read_text(encoding="utf-8")
    [kept] = (project.path / ".pytest_traces" / "test_it.py").iterdir()
    assert Trace.load(kept).one("get_weather").acted == "returns"
    saved = (project.path / "run.jsonl").read_text(encoding="utf-8").splitlines()
    assert json.loads(saved[1])["figures"]["acted"] == 1


def test_an_act_that_goes_away_changes_the_snapshot(project: Project) -> None:
    project.tests(SNAPSHOT.format(act=ACT))
    assert project.run("--snapshot-update").outcomes == "1 passed"
    project.tests(SNAPSHOT.format(act="pass"))
    ran = project.run()
    assert ran.outcomes == "1 failed"
    assert "acted: returns → nothing" in ran.output


LATE = """
def test_a(request):
    trace = request.getfixturevalue("trace")
    trace.on("{name}").raises(TimeoutError)
    ask()
"""


def test_a_trace_that_is_asked_for_late_is_held_to_its_acts(project: Project) -> None:
    project.tests(LATE.format(name="get_wether"))
    ran = project.run()
    assert ran.outcomes == "1 failed"
    assert "SpanNotFound: expected to act on call 'get_wether', found 0" in ran.output


def test_an_act_that_is_made_in_the_teardown_is_judged_there(project: Project) -> None:
    project.tests("""
    @pytest.fixture
    def closing(trace):
        yield
        trace.on("get_weather").returns({"temp": 0}, times=2)
        ask()

    def test_a(closing):
        ask()
    """)
    ran = project.run()
    assert ran.outcomes == "1 passed, 1 error"
    assert "expected to act 2 times on call 'get_weather': found 1, acted on 1" in ran.output


def test_an_act_that_failed_its_test_is_not_told_again_in_the_teardown(project: Project) -> None:
    project.tests("""
    def test_a(trace):
        trace.on("get_wether").raises(TimeoutError)
        ask()
    """)
    assert project.run().outcomes == "1 failed"

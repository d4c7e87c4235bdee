"""The defects of competing plugins that show in whole suites; the number is theirs in the research."""

import re

from tests.project import Project

IMPORTED = """
import tracium
from pytest_traces.runtime import trace_tool

client = tracium.init(auto_instrument_llm_clients=False, auto_instrument_langchain=False)

@trace_tool
def search(query):
    return query.upper()

def run():
    with client.agent_trace(agent_name="agent") as trace:
        with trace.span(span_type="llm", name="chat"):
            pass
    search("paris")
"""


def test_01_clients_and_decorators_made_at_import_record_in_every_test(project: Project) -> None:
    project.write("module.py", IMPORTED)
    project.tests("""
    from module import run

    @pytest.mark.parametrize("at", [1, 2, 3])
    def test_each(trace, at):
        run()
        assert [span.name for span in trace.spans] == ["agent", "chat", "search"]

    @pytest.mark.parametrize("at", [1, 2])
    def test_red(trace, at):
        run()
        trace.assert_never("search")
    """)
    ran = project.run()
    assert ran.outcomes == "2 failed, 3 passed"
    assert len(re.findall(r"^E +.*: expected no span 'search', found 1$", ran.output, re.M)) == 2


def test_02_a_test_that_does_not_ask_adds_nothing_to_the_trace_of_another(project: Project) -> None:
    project.tests("""
    kept = []

    def test_asks(trace):
        ask()
        kept.append(trace)

    def test_does_not_ask():
        ask()

    def test_looks_back():
        [first] = kept
        assert len(first.spans) == 3
        assert first.late == ()
    """)
    assert project.run("--trace-report").outcomes == "3 passed"


def test_09_an_agent_that_raises_is_recorded_and_red(project: Project) -> None:
    project.tests("""
    from pytest_traces.runtime import agent_trace

    def broken():
        with agent_trace(agent_name="broken"):
            raise TypeError("no such argument")

    def test_swallows(trace):
        try:
            broken()
        except TypeError:
            pass
        assert str(trace) == "agent broken ✗ TypeError: no such argument"
        trace.assert_no_errors()

    def test_lets_it_through(trace):
        broken()
    """)
    ran = project.run()
    assert ran.outcomes == "2 failed"
    assert "Mismatch: expected no errors, 'broken' failed: TypeError: no such argument" in ran.output
    assert re.search(r"^E +TypeError: no such argument$", ran.output, re.M)


def test_12_another_agent_is_red_beside_a_committed_snapshot(project: Project) -> None:
    project.tests("def test_a(trace):\n    ask()\n    trace.assert_span_tree()\n")
    assert project.run("--snapshot-update").outcomes == "1 passed"
    assert project.run().outcomes == "1 passed"
    project.write("app.py", "def ask():\n    return 'totally broken v2'\n")
    silent = project.run()
    assert silent.outcomes == "1 failed"
    assert "EmptyTrace: nothing was recorded" in silent.output
    project.write("app.py", "def ask():\n    raise RuntimeError('broken')\n")
    assert project.run().outcomes == "1 failed"


def test_16_a_marker_and_the_fixture_look_at_one_recording(project: Project) -> None:
    project.tests("""
    @pytest.mark.trace(total_tokens=5)
    def test_spends(trace):
        ask()
        assert trace.usage.total_tokens == 72
    """)
    ran = project.run("--trace-report")
    assert ran.outcomes == "1 failed"
    assert "expected total_tokens <= 5, got 72" in ran.output
    assert "1 test, 1 failed · 3 spans · 1 llm call · 72 tokens" in ran.output


def test_28_updating_again_writes_the_same_file(project: Project) -> None:
    project.tests("def test_a(trace):\n    ask()\n    trace.assert_span_tree()\n    assert trace.tools.count == 1\n")
    project.run("--snapshot-update")
    [first] = project.snapshots().values()
    for _ in range(2):
        assert project.run("--snapshot-update").outcomes == "1 passed"
    assert list(project.snapshots().values()) == [first]


def test_30_an_exceeded_budget_fails_one_test_and_the_others_run(project: Project) -> None:
    project.tests("""
    @pytest.mark.trace(total_tokens=5)
    def test_spends():
        ask()

    def test_next(trace):
        ask()
    """)
    ran = project.run()
    assert (ran.code, ran.outcomes) == (1, "1 failed, 1 passed")
    assert "INTERNALERROR" not in ran.output


def test_31_a_failed_expectation_ends_the_test_at_its_line(project: Project) -> None:
    project.tests("""
    def test_a(trace):
        ask()
        trace.assert_never("get_weather")
        print("went on")

    def test_empty(trace):
        trace.assert_never("get_weather")
        print("went on")
    """)
    ran = project.run()
    assert ran.outcomes == "2 failed"
    assert ran.output.count('>       trace.assert_never("get_weather")') == 2
    assert len(re.findall(r"^\S+\.py:\d+: \w+$", ran.output, re.M)) == 2  # no frame of ours
    assert "Captured stdout" not in ran.output


def test_33_a_green_suite_prints_what_it_printed_without_us(project: Project) -> None:
    project.tests("def test_a(trace):\n    ask()\n")
    assert project.run("-q").output.splitlines()[0].split() == [".", "[100%]"]
    assert len(project.run("-q").output.splitlines()) == 2

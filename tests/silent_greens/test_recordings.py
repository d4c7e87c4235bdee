"""The defects of recorders and replayers, as far as they concern one who only listens; the number is theirs."""

import pytest

from pytest_traces.errors import UnknownCondition
from pytest_traces.runtime import trace_tool
from pytest_traces.snapshots.comparing.explain import explain_tree
from tests.assertions.reading import red
from tests.builders import a_trace, a_tree, agent, at_once, llm, tool
from tests.formats.files import load, rows


def test_10_a_recording_with_a_failed_tool_reads_back_with_its_error(tmp_path):
    failed, ok = tool("weather", error="TimeoutError: late"), tool("weather", output="18C")
    back = load(tmp_path, *rows(a_tree(agent("agent", failed, ok))))
    assert [str(error) for error in back.retries[0].errors] == ["TimeoutError: late"]
    red("expected no errors, 'weather' failed: TimeoutError: late", back.assert_no_errors)


def test_11_a_recorded_program_gets_its_own_objects(trace):
    answer = object()

    @trace_tool
    def ask():
        return answer

    assert ask() is answer
    assert trace.tools.names == ["ask"]


def test_17_there_are_no_stubs_that_always_hold():
    trace = a_trace(agent("agent", llm("gpt"), tool("weather")))
    for stub in ("assert_semantic_similarity", "assert_matches_intent"):
        assert not hasattr(trace, stub)
    with pytest.raises(UnknownCondition, match=r"^unknown condition 'matches_intent'"):
        trace.find(matches_intent="insults the user")


def test_19_results_that_were_swapped_are_two_edits():
    def drawn(search, weather):
        return a_trace(agent("agent", at_once(tool("search", output=search), tool("weather", output=weather))))

    told = explain_tree(drawn("hits", "18C").span_tree(), drawn("18C", "hits").span_tree())
    assert told.headline == "2 edits: 2 spans changed"


def test_27_a_flip_of_two_concurrent_tools_changes_nothing():
    one, other = (
        a_trace(agent("agent", at_once(tool("search", ms=a), tool("weather", ms=b)))) for a, b in ((10, 90), (90, 10))
    )
    assert one.span_tree() == other.span_tree()

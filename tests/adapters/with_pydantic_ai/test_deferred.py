"""pydantic-ai: calls that wait for approval or for a result from elsewhere, and the run that goes on with it."""

from typing import Any

import pytest
from pydantic_ai import Agent, CallDeferred, DeferredToolRequests, DeferredToolResults, ToolDenied
from pydantic_ai.tools import ToolDefinition
from pydantic_ai.toolsets import ExternalToolset

from tests.adapters.with_pydantic_ai.models import ScriptedModel


def admin(*turns: Any, **options: Any) -> Agent[None, Any]:
    agent = Agent(ScriptedModel(*turns), name="admin", output_type=[str, DeferredToolRequests], **options)

    @agent.tool_plain(requires_approval=True)
    def wipe(disk: str) -> str:
        return f"wiped {disk}"

    @agent.tool_plain
    def look() -> str:
        return "clear"

    return agent


def answered(agent: Agent[None, Any], **answers: Any) -> None:
    """Run an agent, and let it go on with the answers to what it left to the program."""
    first = agent.run_sync("Go.")
    agent.run_sync(message_history=first.all_messages(), deferred_tool_results=DeferredToolResults(**answers))


WIPE = [("wipe", {"disk": "C"})]
WAITS = ["agent admin", "├─ llm gpt-x", "└─ tool wipe [blocked]"]


def test_a_tool_that_needs_approval_is_blocked_and_runs_in_the_run_that_goes_on(trace):
    answered(admin(WIPE, "Done."), approvals={"wipe-1": True})
    assert str(trace).splitlines() == [*WAITS, "agent admin", "├─ tool wipe", "└─ llm gpt-x"]
    waits, runs = trace.tools
    assert (waits.input, waits.output, runs.output) == ({"disk": "C"}, None, "wiped C")
    [asked] = [event for event in trace.events if event.type == "approval"]
    assert (asked.path, asked.payload) == ("admin.wipe", {"type": "ApprovalRequired", "metadata": None})


def test_a_tool_that_is_denied_never_runs(trace):
    answered(admin(WIPE, "Pity."), approvals={"wipe-1": ToolDenied("no")})
    assert str(trace).splitlines() == [*WAITS, "agent admin", "└─ llm gpt-x"]
    assert "no" in str(trace.llms[1].input)


def test_a_tool_that_waits_stands_beside_those_of_its_answer_that_run(trace):
    admin([("look", {}), *WIPE]).run_sync("Go.")
    tree = ["agent admin", "├─ llm gpt-x", "├─ ∥ tool look", "└─ ∥ tool wipe [blocked]"]
    assert str(trace).splitlines() == tree


def test_a_tool_that_runs_elsewhere_is_blocked_and_its_result_goes_to_the_model(trace):
    search = ToolDefinition(name="search", parameters_json_schema={"type": "object", "properties": {}})
    answered(admin([("search", {})], "Found.", toolsets=[ExternalToolset([search])]), calls={"search-1": "a book"})
    tree = ["agent admin", "├─ llm gpt-x", "└─ tool search [blocked]", "agent admin", "└─ llm gpt-x"]
    assert str(trace).splitlines() == tree
    assert trace.llms[1].input["messages"][-1]["content"] == "a book"


def test_a_tool_that_defers_itself_is_drawn_once(trace):
    agent = admin([("fetch", {})])

    @agent.tool_plain
    def fetch() -> str:
        raise CallDeferred(metadata={"job": 7})

    agent.run_sync("Go.")
    assert str(trace).splitlines() == ["agent admin", "├─ llm gpt-x", "└─ tool fetch [blocked]"]
    assert [event.payload for event in trace.events if event.type == "approval"] == [
        {"type": "CallDeferred", "metadata": {"job": 7}}
    ]


@pytest.mark.parametrize("streams", [False, True])
async def test_deferred_calls_are_the_same_in_a_loop_and_in_a_stream(trace, streams):
    if streams:
        async with admin(WIPE).run_stream("Go.") as answer:
            await answer.get_output()
    else:
        await admin(WIPE).run("Go.")
    assert str(trace).splitlines() == WAITS

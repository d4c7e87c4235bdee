"""The Agents SDK: tools that wait for approval, fail, take too long, are refused, or run at the provider."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from agents import (
    Agent,
    LocalShellTool,
    RunConfig,
    Runner,
    ShellTool,
    ToolGuardrailFunctionOutput,
    UserError,
    WebSearchTool,
    function_tool,
    tool_input_guardrail,
)
from agents.exceptions import ModelRefusalError
from agents.testing import ScriptedModel, assistant_message, function_call
from openai.types.responses import (
    ResponseFunctionShellToolCall,
    ResponseFunctionWebSearch,
    ResponseOutputRefusal,
    ResponseReasoningItem,
)
from openai.types.responses.response_output_item import LocalShellCall

from pytest_traces.trace.trace import Trace

DONE = [assistant_message("Done.")]


def asks_for(*names: str) -> list[Any]:
    return [function_call(name, {}, call_id=f"{name}-{at}") for at, name in enumerate(names)]


def admin(*turns: Any, tools: Any = ()) -> Agent:
    return Agent(name="admin", model=ScriptedModel(turns), tools=list(tools))


@function_tool(needs_approval=True)
def wipe() -> str:
    return "wiped"


APPROVED = """\
agent admin
├─ llm ScriptedModel
└─ tool wipe [blocked]
agent admin
├─ tool wipe
└─ llm ScriptedModel"""


@pytest.mark.parametrize("disabled", [False, True])
def test_a_tool_that_waits_for_approval_is_blocked_and_runs_when_the_run_resumes(trace: Trace, disabled: bool) -> None:
    agent, config = admin(asks_for("wipe"), DONE, tools=[wipe]), RunConfig(tracing_disabled=disabled)
    asked = Runner.run_sync(agent, "Wipe it.", run_config=config)
    state = asked.to_state()
    state.approve(asked.interruptions[0])
    Runner.run_sync(agent, state, run_config=config)
    assert str(trace) == APPROVED
    assert [(event.path, event.payload) for event in trace.events if event.type == "approval"] == [
        ("admin.wipe", {"tool": "wipe"})
    ]
    assert [call.output for call in trace.tools] == [None, "wiped"]


def test_a_tool_that_a_person_refuses_never_runs(trace: Trace) -> None:
    agent = admin(asks_for("wipe"), DONE, tools=[wipe])
    asked = Runner.run_sync(agent, "Wipe it.")
    state = asked.to_state()
    state.reject(asked.interruptions[0])
    Runner.run_sync(agent, state)
    refused = ["agent admin", "└─ llm ScriptedModel"]
    assert str(trace).splitlines() == ["agent admin", "├─ llm ScriptedModel", "└─ tool wipe [blocked]", *refused]


def test_a_tool_that_takes_too_long_is_an_error_though_the_run_goes_on(trace: Trace) -> None:
    @function_tool(timeout=0.001)
    async def wait() -> None:
        await asyncio.Event().wait()

    Runner.run_sync(admin(asks_for("wait"), DONE, tools=[wait]), "?")
    told = "ToolTimeoutError: Tool 'wait' timed out after 0.001 seconds."
    assert str(trace) == f"agent admin\n├─ llm ScriptedModel\n├─ tool wait ✗ {told}\n└─ llm ScriptedModel"


def test_a_tool_whose_error_ends_the_run_has_its_own_error_and_cancels_the_others(trace: Trace) -> None:
    begun = asyncio.Event()

    @function_tool(failure_error_function=None)
    async def fail() -> None:
        await begun.wait()
        raise KeyError("index")

    @function_tool
    async def wait() -> None:
        begun.set()
        await asyncio.Event().wait()

    with pytest.raises(UserError):
        Runner.run_sync(admin(asks_for("fail", "wait"), tools=[fail, wait]), "?")
    assert str(trace).splitlines() == [
        "agent admin ✗ UserError: Error running tool fail: 'index'",
        "├─ llm ScriptedModel",
        "├─ ∥ tool fail ✗ KeyError: 'index'",
        "└─ ∥ tool wait [cancelled]",
    ]


def test_a_tool_that_a_guardrail_refuses_answers_with_its_message(trace: Trace) -> None:
    @tool_input_guardrail
    def not_today(asked: Any) -> ToolGuardrailFunctionOutput:
        return ToolGuardrailFunctionOutput.reject_content(message="not today")

    @function_tool(tool_input_guardrails=[not_today])
    def open_door() -> str:
        return "open"

    Runner.run_sync(admin(asks_for("open_door"), DONE, tools=[open_door]), "?")
    assert trace.one("open_door").output == "not today"


SEARCHED = ResponseFunctionWebSearch.model_validate(
    {"id": "w1", "status": "completed", "type": "web_search_call", "action": {"type": "search", "query": "rain"}}
)


def test_a_call_of_a_hosted_tool_is_an_item_of_the_answer(trace: Trace) -> None:
    Runner.run_sync(admin([SEARCHED, assistant_message("Rain.")], tools=[WebSearchTool()]), "Rain?")
    [call] = trace.llms
    assert str(trace) == "agent admin\n└─ llm ScriptedModel"
    assert (call.output["text"], [item["type"] for item in call.output["items"]]) == ("Rain.", ["web_search_call"])
    assert call.output["items"][0]["action"]["query"] == "rain"
    assert [tool["name"] for tool in call.attributes["tools"]] == ["web_search"]
    trace.assert_no_unknown_tools()


def test_thoughts_and_a_refusal_are_told_apart_from_the_text(trace: Trace) -> None:
    thought = ResponseReasoningItem.model_validate(
        {"id": "r1", "type": "reasoning", "summary": [{"type": "summary_text", "text": "Hm."}]}
    )
    no = ResponseOutputRefusal(type="refusal", refusal="No.")
    agent = admin([thought, assistant_message("").model_copy(update={"content": [no]})])
    with pytest.raises(ModelRefusalError):
        Runner.run_sync(agent, "?")
    assert trace.llms[0].output == {"text": "", "reasoning": "Hm.", "refusal": "No."}


SHELLS = {
    "shell": (
        ShellTool(executor=lambda request: "files"),
        ResponseFunctionShellToolCall.model_validate(
            {"id": "s", "call_id": "s", "status": "completed", "type": "shell_call", "action": {"commands": ["ls"]}}
        ),
        ("commands", ["ls"]),
    ),
    "local_shell": (
        LocalShellTool(executor=lambda request: "files"),
        LocalShellCall.model_validate(
            {
                "id": "s",
                "call_id": "s",
                "status": "completed",
                "type": "local_shell_call",
                "action": {"type": "exec", "command": ["ls"], "env": {}},
            }
        ),
        ("command", ["ls"]),
    ),
}


@pytest.mark.parametrize("name", SHELLS)
def test_a_shell_on_this_machine_is_a_tool(trace: Trace, name: str) -> None:
    tool, call, (key, command) = SHELLS[name]
    Runner.run_sync(admin([call], DONE, tools=[tool]), "?")
    assert str(trace) == f"agent admin\n├─ llm ScriptedModel\n├─ tool {name}\n└─ llm ScriptedModel"
    assert (trace.tools[0].input[key], trace.tools[0].output) == (command, "files")


def test_values_of_tools_that_are_not_to_be_told_are_not(trace: Trace) -> None:
    tool, call, _ = SHELLS["local_shell"]
    config = RunConfig(trace_include_sensitive_data=False)
    Runner.run_sync(admin([call], DONE, tools=[tool]), "?", run_config=config)
    assert (trace.tools[0].input, trace.tools[0].output) == (None, None)

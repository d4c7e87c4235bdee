"""The tools that a model call was offered, in the shapes in which they are written."""

import json

import pytest

from pytest_traces.conventions.offered_tools import offered_tools

SCHEMA = {"type": "object", "properties": {"order": {"type": "string"}, "amount": {"type": "number"}}}
CHAT = {"type": "function", "function": {"name": "refund", "parameters": SCHEMA}}
RESPONSES = {"type": "function", "name": "refund", "parameters": SCHEMA}
ANTHROPIC = {"name": "refund", "input_schema": SCHEMA}
FOUND = {"refund": ["amount", "order"]}


@pytest.mark.parametrize(
    "input",
    [
        {"messages": [], "tools": [CHAT]},
        {"input": "Hi.", "tools": [RESPONSES]},
        {"messages": [], "tools": [ANTHROPIC]},
        {"messages": [], "functions": [{"name": "refund", "parameters": SCHEMA}]},
        {"tools": [{"function_declarations": [{"name": "refund", "parameters": SCHEMA}]}]},
        {"tools": [{"name": "refund", "inputSchema": SCHEMA}]},
    ],
)
def test_definitions_in_the_input(input):
    assert offered_tools(input, {}) == FOUND


@pytest.mark.parametrize(
    "attributes",
    [
        {"tools": [RESPONSES]},
        {"gen_ai.tool.definitions": json.dumps([RESPONSES])},
        {"gen_ai.tool.definitions": [json.dumps(RESPONSES)]},
        {"llm.invocation_parameters": json.dumps({"temperature": 0, "tools": [CHAT]})},
        {
            "model_request_parameters": json.dumps(
                {"function_tools": [{"name": "refund", "parameters_json_schema": SCHEMA}]}
            )
        },
        {"ai.prompt.tools": [json.dumps(RESPONSES)]},
        {"llm.tools.0.tool.json_schema": json.dumps(CHAT)},
    ],
)
def test_definitions_in_attributes(attributes):
    assert offered_tools([{"role": "user", "content": "Hi."}], attributes) == FOUND


def test_a_name_alone_is_a_tool_without_known_arguments():
    assert offered_tools(None, {"llm.request.functions.0.name": "refund", "tools": ["lend"]}) == {
        "lend": [],
        "refund": [],
    }


def test_arguments_are_kept_if_another_attribute_has_only_the_name():
    assert offered_tools({"tools": [CHAT]}, {"llm.request.functions.0.name": "refund"}) == FOUND


@pytest.mark.parametrize(
    "input", [None, "tools", {"tools": None}, {"tools": "x"}, {"tools": [1, None, {}]}, {"tools": 7}]
)
def test_a_value_without_definitions_offers_no_tools(input):
    assert offered_tools(input, {"tools": {}}) == {}


def test_a_schema_of_another_kind_names_no_arguments():
    assert offered_tools({"tools": [{"name": "a", "parameters": {"properties": []}}]}, {}) == {"a": []}

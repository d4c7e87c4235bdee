"""Reads the tools that a model call was offered, in the formats of providers and conventions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from pytest_traces.conventions.lookup import decoded

OFFERED = ("tools", "functions")
"""The keys of the input of a model call that hold definitions of tools."""

OFFERED_ATTRIBUTES = (
    "tools",
    "gen_ai.tool.definitions",
    "gen_ai.request.tools",
    "ai.prompt.tools",
    "llm.invocation_parameters",
    "model_request_parameters",
)
"""Attributes that hold tools: a list, or a mapping with one."""

_NUMBERED = re.compile(r"llm\.(?:tools\.\d+\.tool\.json_schema|request\.functions\.\d+\.name)")
_WITHIN = (*OFFERED, "function_tools", "function_declarations", "functionDeclarations")
_SCHEMAS = ("parameters", "input_schema", "inputSchema", "parameters_json_schema", "params_json_schema", "args_schema")


def offered_tools(input: Any, attributes: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return the arguments of each tool that a model call was offered, by its name.

    >>> offered_tools({"tools": [{"name": "refund", "input_schema": {"properties": {"order": {}}}}]}, {})
    {'refund': ['order']}
    """
    told = [input.get(name) for name in OFFERED] if isinstance(input, Mapping) else []
    told += [attributes.get(name) for name in OFFERED_ATTRIBUTES]
    told += [[value] for name, value in attributes.items() if _NUMBERED.fullmatch(name)]
    found: dict[str, list[str]] = {}
    for name, arguments in (tool for one in told for tool in _tools(decoded(one))):
        found[name] = arguments or found.get(name, [])
    return found


def _tools(told: Any) -> Iterator[tuple[str, list[str]]]:
    """Yield the tools of a list, or of a mapping with such lists."""
    if isinstance(told, Mapping):
        for name in _WITHIN:
            yield from _tools(decoded(told.get(name)))
        return
    for one in told if isinstance(told, (list, tuple)) else ():
        tool = decoded(one)
        if isinstance(tool, str):
            yield tool, []
        elif isinstance(tool, Mapping):
            yield from _tool(tool)


def _tool(tool: Mapping[str, Any]) -> Iterator[tuple[str, list[str]]]:
    inner = tool.get("function")
    told = inner if isinstance(inner, Mapping) else tool
    name = told.get("name")
    if isinstance(name, str):
        yield name, _arguments(told)
    else:
        yield from _tools(told)  # Gemini groups declarations


def _arguments(tool: Mapping[str, Any]) -> list[str]:
    for name in _SCHEMAS:
        schema = decoded(tool.get(name))
        properties = schema.get("properties") if isinstance(schema, Mapping) else None
        if isinstance(properties, Mapping):
            return sorted(map(str, properties))
    return []

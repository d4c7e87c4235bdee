"""The hooks of sessions: the span of a tool call, and acts on its request."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial
from typing import Any

from mcp.client.session import ClientSession

from pytest_traces.adapters.mcp.acting import watch_request
from pytest_traces.adapters.mcp.results import end_with_result
from pytest_traces.adapters.toolkit.patches import Patches
from pytest_traces.adapters.toolkit.source import Arguments, Source
from pytest_traces.adapters.toolkit.span import OpenSpan
from pytest_traces.runtime.effects import acted_inside
from pytest_traces.runtime.exchanges.iterations import runs_programs
from pytest_traces.runtime.recording.ancestry import upwards
from pytest_traces.runtime.recording.recorder import Record


def watch(made: Patches, source: Source) -> None:
    """Record calls of tools, in every session and over every transport."""
    around = partial(source.around, open=partial(_open, source), close=end_with_result, native=acted_inside)
    made.wrap(ClientSession, "call_tool", around)
    owners = (kind for kind in ClientSession.__mro__ if "send_request" in vars(kind))
    made.wrap(next(owners, ClientSession), "send_request", partial(watch_request, source))
    for package in ("mcp", "fastmcp"):  # they wait for answers in loops and races
        made.undone_by(runs_programs(package))


def _open(source: Source, args: Arguments, kwargs: Mapping[str, Any]) -> OpenSpan:
    name, arguments = _called(*args[1:], **kwargs)
    is_shown = _is_shown_above(source.enclosing().record, name, arguments)
    return source.start(name, "tool", machinery=is_shown, input=arguments)


def _called(name: str, arguments: dict[str, Any] | None = None, *rest: Any, **more: Any) -> tuple[str, dict[str, Any]]:
    return name, {} if arguments is None else arguments


def _is_shown_above(record: Record | None, name: str, arguments: dict[str, Any]) -> bool:
    """Return whether a framework shows the call as its own tool; its name may begin with that of the server.

    A span of FastMCP may lie between.
    """
    visible = (one for one in upwards(record) if not one.machinery and one.name != f"tools/call {name}")
    above = next(visible, None)
    if above is None or above.type != "tool":
        return False
    has_prefix = re.search(rf"[\W_]{re.escape(name)}$", above.name) is not None
    return above.name == name or (has_prefix and above.input in (None, arguments))

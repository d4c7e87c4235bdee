"""Acts on tools of a server: the request is not sent, the test gives the answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import wraps
from time import monotonic
from typing import Any

from mcp.shared import exceptions

from pytest_traces.adapters.mcp.results import failure_of, result_of
from pytest_traces.adapters.toolkit.source import Arguments, Source
from pytest_traces.runtime.calls.stand_ins import stand_in
from pytest_traces.runtime.effects import Effect, Returns

_RENAMED: type[Exception] | None = getattr(exceptions, "MCPError", None)
"""The error of the protocol, since version 2 of the SDK, whose servers hide exceptions of tools."""
_PROTOCOL: type[Exception] = _RENAMED or exceptions.McpError
_TIMEOUT = "request_read_timeout_seconds"


def watch_request(source: Source, send: Callable[..., Any]) -> Callable[..., Any]:
    """Make acts possible where a session sends the request of a call."""

    @wraps(send)
    async def watched(session: Any, request: Any, *args: Any, **kwargs: Any) -> Any:
        record = source.current().record
        if record is None or record.recorder.acts is None or _call(request).method != "tools/call":
            return await send(session, request, *args, **kwargs)
        acted = stand_in(record, _late(send), _answer)
        try:
            return await (acted or send)(session, request, *args, **kwargs)
        except Exception as error:
            if record.acted != "raises" or _is_of_the_connection(error):
                raise
            return failure_of(_told(_call(request).params.name, error))

    return watched


def _answer(effect: Effect, value: Any, args: Arguments, kwargs: Mapping[str, Any]) -> Any:
    """Return the result of a call; the session checks it against the tool's schema, if it has listed the tools."""
    if not isinstance(effect, Returns):
        return NotImplemented
    session, request, *_ = args
    return result_of(value, session._tool_output_schemas.get(_call(request).params.name))


def _call(request: Any) -> Any:
    """Return the request itself; version 1 of the SDK wraps it."""
    return getattr(request, "root", request)


def _late(send: Callable[..., Any]) -> Callable[..., Any]:
    """Apply the read timeout of the request to a delay, as to a late answer."""
    asked = monotonic()

    async def sent(session: Any, *args: Any, **kwargs: Any) -> Any:
        timeout = kwargs.get(_TIMEOUT) or session._session_read_timeout_seconds
        if timeout is None:
            return await send(session, *args, **kwargs)
        second = timedelta(seconds=1) if isinstance(timeout, timedelta) else 1.0
        left = max(timeout - second * (monotonic() - asked), second * 0)
        return await send(session, *args, **{**kwargs, _TIMEOUT: left})

    return sent


def _is_of_the_connection(error: Exception) -> bool:
    """Return whether a session itself raised an exception, not a tool of its server."""
    return isinstance(error, _PROTOCOL) or type(error).__module__.partition(".")[0] == "anyio"


def _told(name: str, error: Exception) -> str:
    """Return the message of the SDK's own server about a failed tool."""
    is_kept = _RENAMED is not None and type(error).__name__ != "ToolError"
    return f"Error executing tool {name}" if is_kept else f"Error executing tool {name}: {error}"

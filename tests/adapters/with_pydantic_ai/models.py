"""A model that plays a script, whole and streamed, and reports 25 tokens in and 5 out for each call."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from pydantic_ai.messages import ModelResponse, TextPart, ToolCallPart
from pydantic_ai.models import Model, StreamedResponse
from pydantic_ai.usage import RequestUsage

Turn = str | list[tuple[str, dict[str, Any]]] | Exception


def used() -> RequestUsage:
    return RequestUsage(input_tokens=25, output_tokens=5)


class ScriptedModel(Model):
    """Answers with a text, calls tools, or raises, turn by turn."""

    def __init__(self, *turns: Turn) -> None:
        # else versions before 2.68 tell the model about `<system>` tags, in a system message of their own
        super().__init__(profile={"supports_inline_system_prompts": True})
        self._turns = list(turns)

    model_name = "gpt-x"
    system = "openai"

    async def request(self, messages, model_settings, model_request_parameters):
        turn = self._turn()
        if isinstance(turn, str):
            return ModelResponse([TextPart(turn)], usage=used(), model_name=self.model_name)
        calls = [ToolCallPart(name, args, f"{name}-{len(self._turns)}") for name, args in turn]
        return ModelResponse(calls, usage=used(), model_name=self.model_name)

    @asynccontextmanager
    async def request_stream(self, messages, model_settings, model_request_parameters, run_context=None):
        yield ScriptedStream(model_request_parameters, turn=self._turn(), number=len(self._turns))

    def _turn(self) -> Any:
        turn = self._turns.pop(0)
        if isinstance(turn, Exception):
            raise turn
        return turn


@dataclass
class ScriptedStream(StreamedResponse):
    """Streams a text word by word, or the calls of tools."""

    turn: Any = ""
    number: int = 0

    model_name = "gpt-x"
    provider_name = "openai"
    provider_url = None
    timestamp = datetime(2026, 1, 1, tzinfo=UTC)

    async def _get_event_iterator(self) -> AsyncIterator[Any]:
        if isinstance(self.turn, str):
            for number, word in enumerate(self.turn.split(" ")):
                piece = f" {word}" if number else word
                for event in self._parts_manager.handle_text_delta(vendor_part_id="0", content=piece):
                    yield event
        else:
            for name, args in self.turn:
                call_id = f"{name}-{self.number}"
                yield self._parts_manager.handle_tool_call_part(
                    vendor_part_id=call_id, tool_name=name, args=args, tool_call_id=call_id
                )
        self._usage = used()


def drawn(trace: Any) -> list[str]:
    """Return the lines of the tree, each without its values."""
    return [line.split(" {")[0].split(" →")[0].split(' "')[0] for line in str(trace).splitlines()]
